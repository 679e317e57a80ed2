using System.Text.Json;

namespace Serverless.Emulator.Jobs;

/// <summary>What <c>/status</c> shows of a job, as it was at one moment.</summary>
internal sealed record JobView
{
    public required string Id { get; init; }

    public required JobStatus Status { get; init; }

    public TimeSpan? DelayTime { get; init; }

    public TimeSpan? ExecutionTime { get; init; }

    public int Redispatches { get; init; }

    public string? WorkerId { get; init; }

    public string? Error { get; init; }

    public ReadOnlyMemory<byte>? Output { get; init; }

    /// <summary>Writes all that is known, in RunPod's order. The caller writes the object's braces.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        WriteIdAndStatus(json);
        if (DelayTime is { } delay) json.WriteNumber("delayTime", (long)delay.TotalMilliseconds);
        if (ExecutionTime is { } execution) json.WriteNumber("executionTime", (long)execution.TotalMilliseconds);
        if (Redispatches > 0) json.WriteNumber("retries", Redispatches);
        if (WorkerId is not null) json.WriteString("workerId", WorkerId);
        if (Error is not null) json.WriteString("error", Error);
        if (Output is not { } output) return;
        json.WritePropertyName("output");
        json.WriteRawValue(output.Span, skipInputValidation: true);
    }

    /// <summary>Writes the two members that every answer about a job has.</summary>
    public void WriteIdAndStatus(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("status", Status.Name());
    }
}
