using Serverless.Core.Runs;

namespace Serverless.Host.Live;

/// <summary>Wakes those who show a run when an activity of this process has changed something in it. A hint: what is so is
/// read from the engine.</summary>
public sealed class RunSignals : IRunObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next change of a run.</summary>
    public Task NextChangeAsync(string runId)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(runId, out var waiting))
                _waiting[runId] = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    /// <summary>Says that a run has changed.</summary>
    public void Signal(string runId)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            if (!_waiting.Remove(runId, out waiting)) return;
        }

        waiting.SetResult();
    }

    /// <inheritdoc/>
    public void OnAttempt(AttemptNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        Signal(notice.RunId);
    }

    /// <inheritdoc/>
    public void OnFlashpoint(string runId, int worker, int chunk, string flashpointId) => Signal(runId);

    /// <inheritdoc/>
    public void OnChunkEnded(string runId, ChunkOutcome outcome) => Signal(runId);
}
