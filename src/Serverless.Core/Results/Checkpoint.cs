namespace Serverless.Core.Results;

/// <summary>What a worker answered for one flashpoint; persisted, it is never asked for again in this run.</summary>
/// <param name="Index">The flashpoint's index in the run.</param>
/// <param name="Id">The flashpoint's id.</param>
/// <param name="Result">The result as JSON; null when there is none.</param>
/// <param name="Error">Why there is no result, in words; null when there is one.</param>
public readonly record struct Checkpoint(int Index, string Id, ReadOnlyMemory<byte>? Result, string? Error)
{
    /// <summary>True when there is a result.</summary>
    public bool IsGood => Result is not null;
}
