using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Workers;

/// <summary>
/// A worker's hold on a job. It lasts until the handler returns; the job may be over before (cancelled, out of time),
/// and is then no longer this execution's.
/// </summary>
internal sealed class Execution(Job job, Worker worker, ReadOnlyMemory<byte>? input, CancellationToken stopping)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private Task _stopped = Task.CompletedTask;

    public Job Job { get; } = job;

    public Worker Worker { get; } = worker;

    /// <summary>Kept here as well: the job drops its own when it ends.</summary>
    public ReadOnlyMemory<byte>? Input { get; } = input;

    /// <summary>What a generator handler emitted; null for a plain handler.</summary>
    public List<ReadOnlyMemory<byte>>? Emitted { get; set; }

    /// <summary>How many entries it has emitted.</summary>
    public int EmittedCount { get; set; }

    /// <summary>The worker dies with that many entries emitted; null: it does not.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>Whether the handler tells how far it is.</summary>
    public bool ReportsProgress { get; set; }

    /// <summary>Whether the job still waits for this execution. Ask under the endpoint's lock.</summary>
    public bool IsCurrent => Job.Execution == this;

    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// Tells the handler to stop. Its callbacks run elsewhere: the caller holds the endpoint's lock.
    /// </summary>
    public void Stop()
    {
        // When the emulator stops all are told, and one that has ended since may be disposed while its job still names it.
        if (!stopping.IsCancellationRequested) _stopped = _stop.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped;
        _stop.Dispose();
    }
}
