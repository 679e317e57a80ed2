// The process's own loop: no orchestrator runs any of this.
#pragma warning disable RS0030
using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;

namespace Serverless.Core.Watching;

/// <summary>The loop that looks.</summary>
internal sealed partial class BackendWatch
{
    /// <summary>Looks on their way at once. RunPod takes 400.</summary>
    private const int MaxLooksAtOnce = 64;

    private readonly SemaphoreSlim _places = new(MaxLooksAtOnce);
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _added = NewSignal();
    private DateTimeOffset _waitsUntil = DateTimeOffset.MinValue;
    private bool _isWaiting;
    private int _looks;

    /// <summary>Whether no look is on its way, and the loop waits for what is due next.</summary>
    internal bool IsQuiet
    {
        get
        {
            lock (_gate) return _isWaiting && _looks == 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;

        // All places back: nothing looks any more.
        for (var place = 0; place < MaxLooksAtOnce; place++) await _places.WaitAsync();
        _places.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stop.Token);
                Look(await NextAsync());
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process stops; jobs are found again at the next start.
        }
    }

    /// <summary>Starts a look and does not wait for it.</summary>
    private void Look(WatchedJob job) => _ = Task.Run(async () =>
    {
        try
        {
            await LookOnceAsync(job);
        }
        finally
        {
            lock (_gate) _looks--;
            _places.Release();
        }
    });

    private async Task<WatchedJob> NextAsync()
    {
        try
        {
            while (true)
            {
                Task added;
                DateTimeOffset nextAt;
                var now = _parts.Time.GetUtcNow();
                lock (_gate)
                {
                    _isWaiting = false;
                    added = _added.Task;
                    var wait = TimeSpan.Zero;
                    if (_queue.Take(now, out nextAt) is { } job)
                    {
                        wait = _pace.Take();
                        if (wait == TimeSpan.Zero)
                        {
                            _looks++;
                            return job;
                        }

                        _queue.Put(job);
                        nextAt = now + wait;
                    }

                    _waitsUntil = nextAt;
                }

                await WaitAsync(added, nextAt, now);
            }
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    private async Task WaitAsync(Task added, DateTimeOffset nextAt, DateTimeOffset now)
    {
        if (nextAt == DateTimeOffset.MaxValue)
        {
            NoteWaiting(added);
            await added.WaitAsync(_stop.Token);
            return;
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var delay = Task.Delay(
            TimeSpan.FromMilliseconds(Math.Ceiling((nextAt - now).TotalMilliseconds)), _parts.Time, lost.Token);
        NoteWaiting(added);
        await Task.WhenAny(added, delay);
        await lost.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Only once the timer is set: whoever moves the clock may do so from now on.</summary>
    private void NoteWaiting(Task added)
    {
        lock (_gate) _isWaiting = !added.IsCompleted;
    }

    private async Task LookOnceAsync(WatchedJob job)
    {
        try
        {
            var snapshot = await _backend.CheckAsync(job.Job, _stop.Token);
            var held = snapshot.State == JobState.Queued ? await _health.WhyHeldAsync(job.SubmittedAt, _stop.Token) : null;
            if (Note(job, snapshot, held)) await TellAsync(job);
        }
        catch (JobBackendException e)
        {
            if (NoteFailure(job, e.Kind)) await TellAsync(job);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process stops.
        }
#pragma warning disable CA1031 // Nothing that goes wrong with one job may end the watch over the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogLookFailed(_parts.Log, job.Id, e);
            NoteFailure(job, JobErrorKind.Transient);
        }
    }

    private async Task TellAsync(WatchedJob job)
    {
        if (!await _parts.Client().RaiseEventAsync(job.Instance, job.Event, job.Id, _stop.Token)) Forget(job.Id);
    }

    private Task Start()
    {
        // Whoever follows the first job must not lend its trace to the looks at all others.
        using (ExecutionContext.SuppressFlow()) return Task.Run(LoopAsync);
    }

    /// <summary>Ends the loop's wait if something is due before that.</summary>
    private void Wake_NeedsLock(DateTimeOffset dueAt)
    {
        if (dueAt >= _waitsUntil) return;
        _waitsUntil = dueAt;
        _isWaiting = false;
        _added.TrySetResult();
        _added = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1, LogLevel.Error, "Job {JobId} could not be followed for a while")]
    private static partial void LogLookFailed(ILogger logger, string jobId, Exception exception);
}
