using Serverless.RunPod.Replies;

namespace Serverless.RunPod.Throttling;

/// <summary>The gates of one endpoint. RunPod documents no limit for retry and health; they get the tightest of the
/// rest.</summary>
internal sealed class OperationGates(RunPodOptions options, TimeProvider time) : IDisposable
{
    private readonly Dictionary<RunPodOperation, OperationGate> _gates = new()
    {
        [RunPodOperation.Run] = new(options.RunCallsPerWindow, RunPodLimits.RunCallsAtOnce, options.RateShare, time, evenly: true),
        [RunPodOperation.Status] = new(RunPodLimits.StatusCallsPerWindow, RunPodLimits.StatusCallsAtOnce, options.RateShare, time),
        [RunPodOperation.Stream] = new(RunPodLimits.StatusCallsPerWindow, RunPodLimits.StatusCallsAtOnce, options.RateShare, time),
        [RunPodOperation.Cancel] = new(RunPodLimits.CancelCallsPerWindow, RunPodLimits.CancelCallsAtOnce, options.RateShare, time),
        [RunPodOperation.Retry] = new(RunPodLimits.CancelCallsPerWindow, RunPodLimits.CancelCallsAtOnce, options.RateShare, time),
        [RunPodOperation.PurgeQueue] = new(RunPodLimits.PurgeCallsPerWindow, 1, options.RateShare, time),
        [RunPodOperation.Health] = new(RunPodLimits.CancelCallsPerWindow, RunPodLimits.CancelCallsAtOnce, options.RateShare, time),
    };

    public OperationGate this[RunPodOperation operation] => _gates[operation];

    public void Dispose()
    {
        foreach (var gate in _gates.Values) gate.Dispose();
    }
}
