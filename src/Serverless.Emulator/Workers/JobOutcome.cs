namespace Serverless.Emulator.Workers;

/// <summary>How an execution ended.</summary>
internal sealed record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>Why the worker was lost; null when it was not.</summary>
    public string? LostBecause { get; private init; }

    /// <summary>The handler's error; null when it had none.</summary>
    public string? Error { get; private init; }

    public ReadOnlyMemory<byte>? Output { get; private init; }

    /// <summary>The handler asked that its worker be reset.</summary>
    public bool RefreshWorker { get; init; }

    public static JobOutcome Completed(ReadOnlyMemory<byte>? output) => new() { Output = output };

    public static JobOutcome Failed(string error, ReadOnlyMemory<byte>? output = null) =>
        new() { Error = error, Output = output };

    public static JobOutcome WorkerLost(string reason) => new() { LostBecause = reason };
}
