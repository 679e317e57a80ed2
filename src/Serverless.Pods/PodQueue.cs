using Microsoft.Extensions.Logging;
using Serverless.Pods.Queueing;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;
using Serverless.Sqlite;

namespace Serverless.Pods;

/// <summary>
/// The queue that pods take jobs from, in a SQLite file. A job is lent under a token that grows with every grant; only the newest
/// one is listened to. What an answer says is on the disk before it is given.
/// </summary>
public sealed partial class PodQueue : IWorkQueue, IAsyncDisposable
{
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SqliteFile _file;
    private readonly QueueBook _book;
    private readonly CommitLoop<QueueBook> _commits;
    private readonly QueueReader _reader;
    private readonly Pulse _work = new();
    private readonly Caretaker? _caretaker;

    private PodQueue(SqliteFile file, QueueOptions options, TimeProvider time, ILogger log, QueueHooks hooks)
    {
        (_file, _options, _time, _log) = (file, options, time, log);
        _reader = new QueueReader(file.Readers, time);
        _book = new QueueBook(file.Writer, options, time);
        _commits = new CommitLoop<QueueBook>(file, _book, new CommitLoopOptions
        {
            MaxQueuedWrites = QueueLimits.MaxQueuedWrites,
            AfterCommit = hooks.AfterCommit,
            HasThread = hooks.Commits,
        });
        if (hooks.Sweeps) _caretaker = new Caretaker(this);
    }

    /// <summary>Completes if the disk refuses to work. Nothing is written any more; start again once it does.</summary>
    public Task<Exception> Broken => _commits.Broken;

    /// <summary>Looks at jobs and pods.</summary>
    internal QueueReader Reader => _reader;

    /// <summary>Writes, for simulations.</summary>
    internal CommitLoop<QueueBook> Commits => _commits;

    /// <summary>Opens the queue.</summary>
    /// <exception cref="QueueException">The file is in use, damaged, too new, or the disk refuses.</exception>
    public static PodQueue Open(QueueOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        return Open(options, time, loggers.CreateLogger("Serverless.Pods"), new QueueHooks());
    }

    /// <summary>Takes back what an earlier process lent and has gone stale since. To be called once, before pods call.</summary>
    /// <returns>How many jobs that were.</returns>
    /// <exception cref="QueueException">The disk refuses.</exception>
    public async Task<int> RecoverAsync()
    {
        LogChecking(TimeoutInMinutes);
        var reset = await SweepAsync();
        LogResetCount(reset);
        return reset;
    }

    internal static PodQueue Open(QueueOptions options, TimeProvider time, ILogger log, QueueHooks hooks)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var file = SqliteFile.Open(options.Path, QueueSchema.Tables, QueueException.Of);
        try
        {
            hooks.Opened?.Invoke(file.Writer);
            return new PodQueue(file, options, time, log, hooks);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes a job in, or finds it there.</summary>
    /// <returns>Whether it is new.</returns>
    internal async Task<bool> SubmitAsync(NewJob job)
    {
        var isNew = await ChangeAsync(book => SubmitRule.Apply(book, job));
        if (isNew) _work.Beat();
        return isNew;
    }

    /// <summary>How many jobs wait.</summary>
    internal int Queued => _book.Queued;

    internal Task CancelAsync(string job) => ChangeAsync(book =>
    {
        EndRule.Cancel(book, job);
        return true;
    });

    /// <inheritdoc/>
    public async Task<LeaseReply> LeaseAsync(string key, LeaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pod = NameOf(key, request.Identity);
        var (begun, wait) = (_time.GetTimestamp(), TimeSpan.FromSeconds(request.WaitSeconds));
        for (var isNew = true; ; isNew = false)
        {
            var (more, closings) = (_work.Next, _book.Closings);
            var (reply, returned) = await ChangeAsync(book => LeaseRule.Apply(book, pod, request, isNew));
            Tell(returned);
            foreach (var lease in reply.Leases) LogLent(lease.Lease.Job, pod, lease.Attempt, lease.Input.Utf8.Length);
            if (reply.Leases.Count > 0 || reply.Command != WorkCommand.Continue) return reply;
            do
            {
                if (!await WaitAsync(more, wait - _time.GetElapsedTime(begun), cancellationToken))
                    return reply with { RetryAfterSeconds = wait == TimeSpan.Zero ? _options.PollInterval.TotalSeconds : 0 };
                more = _work.Next;
            }
            while (_book.Queued == 0 && _book.Closings == closings);
        }
    }

    /// <inheritdoc/>
    public async Task<HeartbeatReply> HeartbeatAsync(string key, HeartbeatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pod = NameOf(key, request.Identity);
        var (reply, isNews, closes) = await ChangeAsync(book =>
        {
            var (before, closings) = (PodRules.Find(book, pod).Notice, book.Closings);
            var answer = HeartbeatRule.Apply(book, pod, request);
            return (answer, before is null && request.Notice is not null, book.Closings != closings);
        });
        if (isNews) LogNotice(pod, PodRules.InWords(request.Notice!));
        if (closes) _work.Beat();
        return reply;
    }

    /// <inheritdoc/>
    public Task<ResultsReply> TakeResultsAsync(string key, ResultsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync(book => ResultsRule.Apply(book, NameOf(key, request.Identity), request));
    }

    /// <inheritdoc/>
    public async Task<EndReply> CompleteAsync(string key, CompleteRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new EndReply(await ChangeAsync(book => EndRule.Complete(book, NameOf(key, request.Identity), request)));
    }

    /// <inheritdoc/>
    public async Task<EndReply> FailAsync(string key, FailRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new EndReply(await ChangeAsync(book => EndRule.Fail(book, NameOf(key, request.Identity), request)));
    }

    /// <inheritdoc/>
    public async Task<EndReply> ReleaseAsync(string key, ReleaseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (state, returned) = await ChangeAsync(book => EndRule.Release(book, NameOf(key, request.Identity), request));
        if (returned is not null) Tell([returned]);
        return new EndReply(state);
    }

    /// <inheritdoc/>
    public async Task<PodView?> OrderAsync(string pod, WorkCommand order)
    {
        if (!await ChangeAsync(book => OrderRule.Apply(book, pod, order))) return null;
        LogOrdered(pod, order.ToString().ToLowerInvariant());
        if (order != WorkCommand.Continue) _work.Beat();
        var view = await Task.Run(_reader.Look);
        return view.Pods.FirstOrDefault(one => one.Name == pod);
    }

    /// <inheritdoc/>
    public Task<TimeSpan?> LastSeenAsync() => Task.Run(_reader.LastSeen);

    /// <inheritdoc/>
    public Task<QueueView> LookAsync(CancellationToken cancellationToken) => Task.Run(_reader.Look, cancellationToken);

    /// <summary>Takes back what silent pods hold.</summary>
    /// <returns>How many jobs that were.</returns>
    internal async Task<int> SweepAsync()
    {
        var returned = await ChangeAsync(StaleRule.Apply);
        Tell(returned);
        return returned.Count;
    }

    /// <summary>Deletes what ended long ago.</summary>
    internal async Task CleanAsync()
    {
        while (await ChangeAsync(SubmitRule.Clean, freesSpace: true) == QueueLimits.MaxDeletedAtOnce)
        {
        }
    }

    /// <summary>Writes what is queued, and lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_caretaker is not null) await _caretaker.DisposeAsync();
        _commits.Dispose();
        _file.Dispose();
    }

    /// <summary>Lets go of the file as a dying process does: nothing that is queued is written. Only for a queue that does not
    /// commit by itself.</summary>
    internal void Abandon() => _file.Dispose();

    internal async Task<T> ChangeAsync<T>(Func<QueueBook, T> change, bool freesSpace = false)
    {
        var write = new QueueChange<T>(change, freesSpace);
        await _commits.WriteAsync(write);
        return write.Answer;
    }

    /// <summary>Waits for work.</summary>
    /// <returns>False when the time is up.</returns>
    private async Task<bool> WaitAsync(Task more, TimeSpan left, CancellationToken cancellationToken)
    {
        if (left <= TimeSpan.Zero) return false;
        try
        {
            await more.WaitAsync(left, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Tell(IReadOnlyList<ReturnedJob> returned)
    {
        foreach (var job in returned) LogReturned(job);
        if (returned.Any(job => job.State == WorkState.Queued)) _work.Beat();
    }

    private static string NameOf(string key, PodIdentity identity) => $"{key}/{identity.Pod}";
}
