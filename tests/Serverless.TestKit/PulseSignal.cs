namespace Serverless.TestKit;

/// <summary>Given again and again; each time whoever waits for the next one goes on.</summary>
public sealed class PulseSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes when it is given next.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Gives it.</summary>
    public void Pulse() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
