using System.Collections.Concurrent;
using Serverless.Agent.Alerting;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Supervision;

/// <summary>A watchdog over workers that do what a test says, on a driven clock.</summary>
internal sealed class WatchdogHarness : IWorkerProgram, IVitalSign, IAlerts, IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public WatchdogHarness(bool hasSign = true, WatchdogOptions? options = null)
    {
        Stop = new StopOrder(Clock);
        Watchdog = new Watchdog(options ?? new WatchdogOptions(), Processes, hasSign ? this : null, this, Clock, Log);
    }

    public ManualClock Clock { get; } = new();

    public FakeProcesses Processes { get; } = new();

    public SignalledLog Log { get; } = new();

    public StopOrder Stop { get; }

    public Watchdog Watchdog { get; }

    /// <summary>What people were told, and <c>recovered</c> when what comes next is news.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    public ConcurrentQueue<WorkerEnd> Ends { get; } = new();

    /// <summary>When the worker last gave a sign.</summary>
    public DateTimeOffset? Sign { get; set; }

    public string Name => "heartbeat";

    public Task<WorkerEnd?> RunAsync() => Watchdog.RunAsync(this, Stop);

    /// <summary>Completes once something waits this long.</summary>
    public Task WhenWaits(double seconds) => Clock.WhenTimerDueBy(Clock.GetUtcNow().AddSeconds(seconds)).WaitAsync(Patience);

    /// <summary>Lets the next look at the worker happen.</summary>
    public async Task CheckAsync(bool isAlive = true)
    {
        await WhenWaits(30);
        if (isAlive) Sign = Clock.GetUtcNow().AddSeconds(30);
        Clock.Advance(TimeSpan.FromSeconds(30));
    }

    /// <summary>The n-th worker lives on for this long, and says so at each look at it.</summary>
    public async Task LiveAsync(int number, TimeSpan span)
    {
        await Processes.WhenStarted(number);
        for (var end = Clock.GetUtcNow() + span; Clock.GetUtcNow() < end;) await CheckAsync();
    }

    /// <summary>The n-th worker dies; the pause before the next start passes.</summary>
    public async Task CrashAsync(int number)
    {
        (await Processes.WhenStarted(number)).End(1);
        await Log.WhenSays("Worker is started again in", number);
        var pause = Math.Min(60, Math.Pow(2, Watchdog.Restarts.Recent.Count - 1));
        await WhenWaits(pause);
        Clock.Advance(TimeSpan.FromSeconds(pause));
    }

    public Task<WorkerStart> PrepareAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new WorkerStart(["worker"], new Dictionary<string, string?>()));

    public void Started(IWorkerProcess worker)
    {
    }

    public Task<bool> EndedAsync(WorkerEnd end)
    {
        Ends.Enqueue(end);
        return Task.FromResult(end.IsGood);
    }

    public ValueTask<DateTimeOffset?> LookAsync(IWorkerProcess worker, CancellationToken cancellationToken) => new(Sign);

    public void GaveUp(int restarts, string reason) => Told.Enqueue($"gave up after {restarts}: {reason}");

    public void Recovered() => Told.Enqueue("recovered");

    public void Dispose() => Stop.Dispose();
}
