namespace Serverless.Core.Runs;

/// <summary>What ends an attempt from outside.</summary>
/// <param name="Cancel">Completes when the run is cancelled.</param>
/// <param name="Halt">Completes when no job is to be submitted any more; one that was goes on.</param>
/// <param name="Superseded">Completes when another attempt has answered first.</param>
internal sealed record AttemptStops(Task Cancel, Task Halt, Task Superseded)
{
    /// <summary>Whether the attempt's job is of no use any more.</summary>
    public bool IsOver => Cancel.IsCompleted || Superseded.IsCompleted;

    /// <summary>Whether no job is to be submitted.</summary>
    public bool IsHalted => IsOver || Halt.IsCompleted;

    /// <summary>What to wait for while a job runs.</summary>
    public Task[] OfJob => [Cancel, Superseded];

    /// <summary>What to wait for while there is none.</summary>
    public Task[] OfSubmission => [Cancel, Superseded, Halt];
}
