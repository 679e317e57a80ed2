using Serverless.Core.Runs;

namespace Serverless.Host.Live;

/// <summary>Wakes those who show a run when an activity of this process has changed something in it. A hint: what is so is
/// read from the engine.</summary>
public sealed class RunSignals : IRunObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private TaskCompletionSource? _waitingForAny;

    /// <summary>Completes at the next change of a run.</summary>
    public Task NextChangeAsync(string runId)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(runId, out var waiting)) _waiting[runId] = waiting = NewWaiting();
            return waiting.Task;
        }
    }

    /// <summary>Completes at the next change of any run.</summary>
    public Task NextChangeAsync()
    {
        lock (_gate) return (_waitingForAny ??= NewWaiting()).Task;
    }

    /// <summary>Says that a run has changed.</summary>
    public void Signal(string runId)
    {
        TaskCompletionSource? waiting, waitingForAny;
        lock (_gate)
        {
            _waiting.Remove(runId, out waiting);
            waitingForAny = _waitingForAny;
            _waitingForAny = null;
        }

        waiting?.SetResult();
        waitingForAny?.SetResult();
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

    private static TaskCompletionSource NewWaiting() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
