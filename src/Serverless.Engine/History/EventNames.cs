using System.Text.Json;

namespace Serverless.Engine.History;

/// <summary>How each kind of event is called on disk. A name once released is never used for anything else.</summary>
internal static class EventNames
{
    public static readonly JsonEncodedText TurnStarted = JsonEncodedText.Encode("Turn");
    public static readonly JsonEncodedText ExecutionStarted = JsonEncodedText.Encode("Started");
    public static readonly JsonEncodedText TaskSucceeded = JsonEncodedText.Encode("Done");
    public static readonly JsonEncodedText TaskFailed = JsonEncodedText.Encode("TaskFailed");
    public static readonly JsonEncodedText TimerFired = JsonEncodedText.Encode("Fired");
    public static readonly JsonEncodedText EventRaised = JsonEncodedText.Encode("Event");
    public static readonly JsonEncodedText ExecutionSuspended = JsonEncodedText.Encode("Suspended");
    public static readonly JsonEncodedText ExecutionResumed = JsonEncodedText.Encode("Resumed");
    public static readonly JsonEncodedText ExecutionTerminated = JsonEncodedText.Encode("Terminated");
    public static readonly JsonEncodedText ActivityScheduled = JsonEncodedText.Encode("Activity");
    public static readonly JsonEncodedText ChildScheduled = JsonEncodedText.Encode("Child");
    public static readonly JsonEncodedText TimerCreated = JsonEncodedText.Encode("Timer");
    public static readonly JsonEncodedText ExecutionCompleted = JsonEncodedText.Encode("Completed");
}
