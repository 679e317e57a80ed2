using System.Text.Json;
using Serverless.Core.Jobs;

namespace Serverless.TestKit;

/// <summary>What becomes of one submission to a <see cref="ScriptedBackend"/>.</summary>
public sealed record JobScript
{
    /// <summary>Thrown by the submission; null means that the job is taken.</summary>
    public JobBackendException? Refusal { get; init; }

    /// <summary>True when the job is there in spite of the refusal: it was taken, and only the answer was lost.</summary>
    public bool IsAnswerLost { get; init; }

    /// <summary>What each look shows; the last one stays.</summary>
    public IReadOnlyList<Func<ScriptedJob, JobSnapshot>> Looks { get; init; } = [Look.Completed];

    /// <summary>What each drain of its stream gives, as JSON; then nothing.</summary>
    public Func<ScriptedJob, IReadOnlyList<IReadOnlyList<string>>> Drains { get; init; } = static _ => [];

    /// <summary>What every look shows once the job was cancelled.</summary>
    public Func<ScriptedJob, JobSnapshot> AfterCancel { get; init; } = Look.Cancelled;

    /// <summary>Thrown by each attempt to cancel; null means that it works.</summary>
    public JobBackendException? CancelRefusal { get; init; }

    /// <summary>A job that looks like this, one after the other.</summary>
    public static JobScript Of(params Func<ScriptedJob, JobSnapshot>[] looks) => new() { Looks = looks };

    /// <summary>A job that is taken though nobody learns its id, and looks like this from then on.</summary>
    public static JobScript AnswerLost(params Func<ScriptedJob, JobSnapshot>[] looks) => new()
    {
        Refusal = new JobBackendException(JobErrorKind.Ambiguous, "the answer was lost"),
        IsAnswerLost = true,
        Looks = looks,
    };

    /// <summary>A submission that fails.</summary>
    public static JobScript Refused(JobErrorKind kind, string message) =>
        new() { Refusal = new JobBackendException(kind, message) };
}

/// <summary>A submission as the backend got it.</summary>
public sealed record ScriptedJob
{
    /// <summary>The job's id, <c>job-1</c> for the first.</summary>
    public required string Id { get; init; }

    /// <summary>The request as it came.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>The request's input.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>How many submissions of the same attempt came before.</summary>
    public required int Repetition { get; init; }

    /// <summary>The chunk's index.</summary>
    public int Chunk => Input.GetProperty("chunk").GetInt32();

    /// <summary>The attempt's number.</summary>
    public int Attempt => Input.GetProperty("attempt").GetInt32();

    /// <summary>The lane's number.</summary>
    public int Worker => Input.GetProperty("worker").GetInt32();

    /// <summary>The ids of the flashpoints that it carries.</summary>
    public IReadOnlyList<string> Ids =>
        [.. Input.GetProperty("flashpoints").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!)];
}

/// <summary>What looks at jobs show.</summary>
public static class Look
{
    /// <summary>Waiting for a worker.</summary>
    public static Func<ScriptedJob, JobSnapshot> Queued { get; } = static _ => new() { State = JobState.Queued };

    /// <summary>Held by a worker.</summary>
    public static Func<ScriptedJob, JobSnapshot> Running { get; } = static _ => new() { State = JobState.Running, WorkerId = "w-1" };

    /// <summary>Ended, with <c>{"id":…,"value":"done"}</c> for each flashpoint.</summary>
    public static Func<ScriptedJob, JobSnapshot> Completed { get; } = static job =>
        Answer(string.Join(',', job.Ids.Select(id => $$"""{"id":"{{id}}","value":"done"}""")));

    /// <summary>Ended from outside.</summary>
    public static Func<ScriptedJob, JobSnapshot> Cancelled { get; } = static _ => new() { State = JobState.Cancelled };

    /// <summary>Not known any more.</summary>
    public static Func<ScriptedJob, JobSnapshot> Lost { get; } = static _ => new() { State = JobState.Lost };

    /// <summary>Ended with an error.</summary>
    public static Func<ScriptedJob, JobSnapshot> Failed(string error) =>
        _ => new() { State = JobState.Failed, Error = error };

    /// <summary>Ended because its worker died.</summary>
    public static Func<ScriptedJob, JobSnapshot> WorkerDied { get; } = static _ =>
        new() { State = JobState.Failed, Error = "job timed out after 1 retries", Fault = JobFault.Worker };

    /// <summary>Ended because the platform says that its time was up.</summary>
    public static Func<ScriptedJob, JobSnapshot> TimedOut { get; } = static _ => new() { State = JobState.TimedOut };

    /// <summary>Ended with this list of results, without its brackets.</summary>
    public static Func<ScriptedJob, JobSnapshot> Results(string entries) => _ => Answer(entries);

    /// <summary>Ended with this output; null means without one.</summary>
    public static Func<ScriptedJob, JobSnapshot> Output(string? json) => _ => new()
    {
        State = JobState.Completed,
        DelayTime = TimeSpan.FromSeconds(0.5),
        ExecutionTime = TimeSpan.FromSeconds(2),
        WorkerId = "w-1",
        Output = json is null ? null : System.Text.Encoding.UTF8.GetBytes(json),
    };

    /// <summary>The look itself fails.</summary>
    public static Func<ScriptedJob, JobSnapshot> Error(JobErrorKind kind, string message) =>
        _ => throw new JobBackendException(kind, message);

    /// <summary>Does something, then shows what another look shows.</summary>
    public static Func<ScriptedJob, JobSnapshot> After(Action act, Func<ScriptedJob, JobSnapshot> look) => job =>
    {
        act();
        return look(job);
    };

    private static JobSnapshot Answer(string entries) => Output($$"""{"results":[{{entries}}]}""")(null!);
}
