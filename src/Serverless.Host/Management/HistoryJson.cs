using System.Text.Json;
using Serverless.Durable;
using Kind = Serverless.Durable.OrchestrationHistoryEventType;

namespace Serverless.Host.Management;

/// <summary>A history as the Functions extension shows it: what was asked for is folded into its outcome, which then tells
/// <c>FunctionName</c> and <c>ScheduledTime</c>. Member names are PascalCase there.</summary>
internal sealed class HistoryJson(IReadOnlyList<OrchestrationHistoryEvent> history, bool showInput, bool showOutput)
{
    private readonly Dictionary<int, OrchestrationHistoryEvent> _asked = history
        .Where(e => e.EventType is Kind.TaskScheduled or Kind.SubOrchestrationInstanceCreated)
        .ToDictionary(e => e.TaskId ?? -1);

    private readonly HashSet<int> _ended = [.. history.Where(IsOutcome).Select(e => e.TaskId ?? -1)];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var one in history)
        {
            var isFolded = one is { EventType: Kind.TaskScheduled or Kind.SubOrchestrationInstanceCreated, TaskId: { } id }
                && _ended.Contains(id);
            if (!isFolded) Write(json, one);
        }

        json.WriteEndArray();
    }

    private static bool IsOutcome(OrchestrationHistoryEvent one) => one.EventType is Kind.TaskCompleted or Kind.TaskFailed
        or Kind.SubOrchestrationInstanceCompleted or Kind.SubOrchestrationInstanceFailed;

    private void Write(Utf8JsonWriter json, OrchestrationHistoryEvent one)
    {
        json.WriteStartObject();
        json.WriteString("EventType", one.EventType.ToString());
        var asked = IsOutcome(one) ? _asked.GetValueOrDefault(one.TaskId ?? -1) : null;
        if (asked is not null) json.WriteString("ScheduledTime", asked.Timestamp.UtcDateTime);
        if (one.Name is not null)
            json.WriteString(asked is not null || one.EventType == Kind.ExecutionStarted ? "FunctionName" : "Name", one.Name);
        if (one.InstanceId is not null) json.WriteString("InstanceId", one.InstanceId);
        if (one.FireAt is { } fireAt) json.WriteString("FireAt", fireAt.UtcDateTime);
        if (one.Reason is not null) json.WriteString("Reason", one.Reason);
        if (one.OrchestrationStatus is { } status) json.WriteString("OrchestrationStatus", status.ToString());
        if (one.FailureDetails is { } failure) WriteFailure(json, failure);

        // As text, like there; results are JSON.
        if (showInput && (asked ?? one).SerializedInput is { } input) json.WriteString("Input", input);
        if (showOutput && one.EventType is Kind.TaskCompleted or Kind.SubOrchestrationInstanceCompleted or Kind.ExecutionCompleted)
            json.WriteStored("Result", one.SerializedResult);
        json.WriteString("Timestamp", one.Timestamp.UtcDateTime);
        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, FailureDetails failure)
    {
        json.WriteString("Reason", failure.ErrorMessage);
        json.WriteString("Details", failure.StackTrace);
        WriteDetails(json, "FailureDetails", failure);
    }

    private static void WriteDetails(Utf8JsonWriter json, string name, FailureDetails? failure)
    {
        if (failure is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("ErrorType", failure.ErrorType);
        json.WriteString("ErrorMessage", failure.ErrorMessage);
        json.WriteString("StackTrace", failure.StackTrace);
        WriteDetails(json, "InnerFailure", failure.InnerFailure);
        json.WriteEndObject();
    }
}
