using Microsoft.Extensions.Logging;
using Serverless.Durable;
using Serverless.Engine.Replay;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine.Runtime;

/// <summary>The parts of a running engine, as they see each other.</summary>
internal sealed class EngineCore : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action? _atRest;
    private long _lastKey;
    private int _atWork;

    public EngineCore(
        EngineOptions options,
        SqliteFile database,
        DurableRegistry registry,
        TimeProvider time,
        ILoggerFactory loggers,
        EngineHooks hooks)
    {
        _atRest = hooks.AtRest;
        Bounds = options.Bounds;
        Registry = registry;
        Time = time;
        Loggers = loggers;
        Log = loggers.CreateLogger("Serverless.Engine");
        Payloads = new Payloads(registry.Serialization);
        Reader = new InstanceReader(database.Readers);
        _lastKey = Reader.MaxKey();
        Running = new RunningActivities(options, database);
        Work = hooks.Scheduler ?? new PoolScheduler();
        Activities = new ActivityDispatcher(
            Work, options.MaxConcurrentActivities, options.MaxConcurrentActivitiesByName);
        Instruments = new EngineInstruments(time);
        Commits = new CommitLoop<WriteStatements>(database, new WriteStatements(database.Writer), new CommitLoopOptions
        {
            MaxQueuedWrites = EngineLimits.MaxQueuedWrites,
            BeginCommit = Instruments.BeginCommit,
            EndCommit = Instruments.EndCommit,
            AfterCommit = hooks.AfterCommit,
            OnBroken = () => _ = Activities.StopAsync(),
            HasThread = hooks.Scheduler is null,
        });
        Instances = new InstanceTable(this, options.IdleTimeout);
        Timers = new TimerQueue(time, id => Instances.Post(id, default));
        OnRootEnded = options.OnRootEnded;
        Instruments.Watch(this);
    }

    public EngineBounds Bounds { get; }

    public DurableRegistry Registry { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Loggers { get; }

    public ILogger Log { get; }

    public Payloads Payloads { get; }

    public InstanceReader Reader { get; }

    public IWorkScheduler Work { get; }

    public CommitLoop<WriteStatements> Commits { get; }

    public ActivityDispatcher Activities { get; }

    public RunningActivities Running { get; }

    public InstanceTable Instances { get; }

    public TimerQueue Timers { get; }

    public EngineInstruments Instruments { get; }

    public Action<string>? OnRootEnded { get; }

    public CompletionWaiters Waiters { get; } = new();

    /// <summary>Cancelled when the engine stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Whether no instance and no activity is at work or about to be: only time, or a call from outside, goes on from here.
    /// </summary>
    public bool IsAtRest => Volatile.Read(ref _atWork) == 0;

    public long NextKey() => Interlocked.Increment(ref _lastKey);

    /// <summary>An instance or an activity has something to do from now on. Whoever gives it work is at work itself, until after this.
    /// </summary>
    public void BeginWork() => Interlocked.Increment(ref _atWork);

    public void EndWork()
    {
        if (Interlocked.Decrement(ref _atWork) == 0) _atRest?.Invoke();
    }

    /// <exception cref="EngineException">The engine stops.</exception>
    public void ThrowIfStopping()
    {
        if (_stopping.IsCancellationRequested) throw EngineException.Stopped();
    }

    /// <summary>An instance cannot go on until the next start; who waits for it is told why.</summary>
    public void GiveUp(string instanceId, Exception reason)
    {
        // A broken or stopped engine speaks for itself, once, not once an instance.
        if (reason is not EngineException { Kind: not EngineErrorKind.Corrupt })
            EngineLog.InstanceAbandoned(Log, reason, instanceId);
        Waiters.Fail(instanceId, reason);
    }

    /// <summary>Stops activities, then writes what is left. Instances stay as the history has them.</summary>
    public async ValueTask DisposeAsync()
    {
        Instruments.Dispose();
        Timers.Dispose();
        await StopActivitiesAsync();
        Instances.Dispose();
        Commits.Dispose();
        Running.Dispose();
        Waiters.FailAll(EngineException.Stopped());
    }

    /// <summary>Nothing may run whose result could not be stored.</summary>
    public async Task StopActivitiesAsync()
    {
        var idle = Activities.StopAsync();
        await _stopping.CancelAsync();
        await idle;
    }
}
