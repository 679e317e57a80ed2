using System.Text.Json;

namespace Serverless.Emulator.Jobs;

/// <summary>The gauges that <c>/health</c> shows.</summary>
internal sealed record EndpointHealth
{
    public required long Completed { get; init; }

    public required long Failed { get; init; }

    public required int InProgress { get; init; }

    public required int InQueue { get; init; }

    public required long Retried { get; init; }

    public required int IdleWorkers { get; init; }

    public required int StartingWorkers { get; init; }

    public required int RunningWorkers { get; init; }

    public required int ThrottledWorkers { get; init; }

    public required int UnhealthyWorkers { get; init; }

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartObject("jobs");
        json.WriteNumber("completed", Completed);
        json.WriteNumber("failed", Failed);
        json.WriteNumber("inProgress", InProgress);
        json.WriteNumber("inQueue", InQueue);
        json.WriteNumber("retried", Retried);
        json.WriteEndObject();
        json.WriteStartObject("workers");
        json.WriteNumber("idle", IdleWorkers);
        json.WriteNumber("initializing", StartingWorkers);
        json.WriteNumber("ready", IdleWorkers);
        json.WriteNumber("running", RunningWorkers);
        json.WriteNumber("throttled", ThrottledWorkers);
        json.WriteNumber("unhealthy", UnhealthyWorkers);
        json.WriteEndObject();
    }
}
