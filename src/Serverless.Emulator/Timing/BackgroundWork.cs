namespace Serverless.Emulator.Timing;

/// <summary>What goes on beside the calls: handlers and webhooks. Ends with the emulator.</summary>
internal sealed class BackgroundWork : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 1;

    public BackgroundWork(ILogger logger)
    {
        _logger = logger;
        Stopping = _stop.Token;
    }

    /// <summary>Cancelled when the emulator stops.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Starts work on the thread pool. What it throws is logged: nobody else waits for it.</summary>
    public void Start(Func<Task> work)
    {
        Interlocked.Increment(ref _open);
        _ = Task.Run(() => RunAsync(work));
    }

    /// <summary>Asks all work to stop.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>Waits until all work has stopped. Nothing may be started any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Leave();
        await _drained.Task;
        _stop.Dispose();
    }

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // The emulator is going; the work was told to end.
        }
        catch (Exception error)
        {
            _logger.BackgroundWorkFailed(error);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0) _drained.TrySetResult();
    }
}
