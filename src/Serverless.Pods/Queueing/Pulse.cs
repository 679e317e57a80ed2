namespace Serverless.Pods.Queueing;

/// <summary>Wakes all who wait.</summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next beat. Take it before looking at what the beat is about.</summary>
    public Task Next => _next.Task;

    public void Beat() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
