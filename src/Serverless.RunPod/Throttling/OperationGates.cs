using Serverless.RunPod.Replies;

namespace Serverless.RunPod.Throttling;

/// <summary>The gates of one endpoint. RunPod documents no limit for retry and health; they get the tightest of the
/// rest.</summary>
internal sealed class OperationGates(double share, TimeProvider time) : IDisposable
{
    private readonly Dictionary<RunPodOperation, OperationGate> _gates = new()
    {
        [RunPodOperation.Run] = new(RunPodLimits.RunCallsPerWindow, RunPodLimits.RunCallsAtOnce, share, time),
        [RunPodOperation.Status] = new(RunPodLimits.StatusCallsPerWindow, RunPodLimits.StatusCallsAtOnce, share, time),
        [RunPodOperation.Stream] = new(RunPodLimits.StatusCallsPerWindow, RunPodLimits.StatusCallsAtOnce, share, time),
        [RunPodOperation.Cancel] = new(RunPodLimits.CancelCallsPerWindow, RunPodLimits.CancelCallsAtOnce, share, time),
        [RunPodOperation.Retry] = new(RunPodLimits.CancelCallsPerWindow, RunPodLimits.CancelCallsAtOnce, share, time),
        [RunPodOperation.PurgeQueue] = new(RunPodLimits.PurgeCallsPerWindow, 1, share, time),
        [RunPodOperation.Health] = new(RunPodLimits.CancelCallsPerWindow, RunPodLimits.CancelCallsAtOnce, share, time),
    };

    public OperationGate this[RunPodOperation operation] => _gates[operation];

    public void Dispose()
    {
        foreach (var gate in _gates.Values) gate.Dispose();
    }
}
