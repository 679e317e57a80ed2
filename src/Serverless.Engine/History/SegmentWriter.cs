using System.Buffers;
using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Engine.History;

/// <summary>
/// Writes a segment as one JSON array, an object an event, payloads embedded as they are. Short member names keep ten
/// thousand activities small; <see cref="SegmentReader"/> says what each means.
/// </summary>
internal static class SegmentWriter
{
    public static byte[] Write(Segment segment)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (segment.Inbound.Count + segment.Decisions.Count) * 96);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            Begin(json, EventNames.TurnStarted);
            json.WriteString("at"u8, segment.At);
            json.WriteEndObject();
            foreach (var inbound in segment.Inbound) WriteInbound(json, inbound);
            foreach (var decision in segment.Decisions) WriteDecision(json, decision);
            if (segment.Completion is not null) WriteCompletion(json, segment.Completion);
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteInbound(Utf8JsonWriter json, InboundEvent inbound)
    {
        switch (inbound)
        {
            case TaskSucceeded e:
                Begin(json, EventNames.TaskSucceeded);
                json.WriteNumber("id"u8, e.TaskId);
                Payload(json, "out"u8, e.Result);
                break;
            case TaskFailed e:
                Begin(json, EventNames.TaskFailed);
                json.WriteNumber("id"u8, e.TaskId);
                Failure(json, e.Failure);
                break;
            case TimerFired e:
                Begin(json, EventNames.TimerFired);
                json.WriteNumber("id"u8, e.TaskId);
                break;
            case EventRaised e:
                Begin(json, EventNames.EventRaised);
                json.WriteString("name"u8, e.Name);
                Payload(json, "in"u8, e.Payload);
                break;
            default:
                WriteControl(json, inbound);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteControl(Utf8JsonWriter json, InboundEvent inbound)
    {
        switch (inbound)
        {
            case ExecutionStarted e:
                Begin(json, EventNames.ExecutionStarted);
                if (e.FirstTaskId > 0) json.WriteNumber("first"u8, e.FirstTaskId);
                break;
            case ExecutionSuspended e:
                Begin(json, EventNames.ExecutionSuspended);
                Text(json, "reason"u8, e.Reason);
                break;
            case ExecutionResumed e:
                Begin(json, EventNames.ExecutionResumed);
                Text(json, "reason"u8, e.Reason);
                break;
            case ExecutionTerminated e:
                Begin(json, EventNames.ExecutionTerminated);
                Payload(json, "out"u8, e.Output);
                json.WriteBoolean("recursive"u8, e.Recursive);
                break;
            default:
                throw new InvalidOperationException($"No way to write a {inbound.GetType().Name}.");
        }
    }

    private static void WriteDecision(Utf8JsonWriter json, DecisionEvent decision)
    {
        switch (decision)
        {
            case ActivityScheduled e:
                Begin(json, EventNames.ActivityScheduled);
                json.WriteNumber("id"u8, e.TaskId);
                json.WriteString("name"u8, e.Name);
                Payload(json, "in"u8, e.Input);
                break;
            case ChildScheduled e:
                Begin(json, EventNames.ChildScheduled);
                json.WriteNumber("id"u8, e.TaskId);
                json.WriteString("name"u8, e.Name);
                json.WriteString("child"u8, e.InstanceId);
                Payload(json, "in"u8, e.Input);
                break;
            case TimerCreated e:
                Begin(json, EventNames.TimerCreated);
                json.WriteNumber("id"u8, e.TaskId);
                json.WriteString("at"u8, e.FireAt);
                break;
            default:
                throw new InvalidOperationException($"No way to write a {decision.GetType().Name}.");
        }

        json.WriteEndObject();
    }

    private static void WriteCompletion(Utf8JsonWriter json, ExecutionCompleted e)
    {
        Begin(json, EventNames.ExecutionCompleted);
        json.WriteNumber("status"u8, (int)e.Status);
        Payload(json, "out"u8, e.Output);
        if (e.Failure is not null) Failure(json, e.Failure);
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, JsonEncodedText name)
    {
        json.WriteStartObject();
        json.WriteString("e"u8, name);
    }

    private static void Payload(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty) return;
        json.WritePropertyName(name);
        json.WriteRawValue(payload.Span, skipInputValidation: true);
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    private static void Failure(Utf8JsonWriter json, FailureDetails failure)
    {
        json.WritePropertyName("failure"u8);
        FailureJson.Write(json, failure);
    }
}
