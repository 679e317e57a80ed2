using Moq;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Watching;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Watching;

/// <summary>Jobs that run for as long as a test says, under a watch, on a clock that the test moves.</summary>
internal sealed class FakeJobs : IJobBackend, IReportsHealth, IAsyncDisposable
{
    private readonly Dictionary<string, (DateTimeOffset Submitted, TimeSpan Queue, TimeSpan Run)> _jobs = new(StringComparer.Ordinal);
    private readonly List<DateTimeOffset> _looks = [];
    private readonly Dictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public FakeJobs()
    {
        var client = new Mock<DurableClient>();
        client
            .Setup(it => it.RaiseEventAsync(
                It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string instance, string name, object? job, CancellationToken _) => Told(instance, name, (string)job!));
        Watch = new BackendWatch(
            this, new WatchParts(() => client.Object, Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }

    public ManualClock Clock { get; } = new();

    public BackendWatch Watch { get; }

    public string Address => "fake";

    public Func<string, Exception?> Failure { get; set; } = static _ => null;

    public BackendHealth Health { get; set; } = new()
    {
        JobsQueued = 1,
        JobsRunning = 0,
        WorkersIdle = 0,
        WorkersRunning = 1,
        WorkersStarting = 0,
        WorkersThrottled = 0,
        WorkersUnhealthy = 0,
    };

    public int HealthCalls { get; private set; }

    /// <summary>What chunks were told, in order.</summary>
    public List<string> Tellings { get; } = [];

    /// <summary>The job of each look, in order.</summary>
    public List<string> Looked { get; } = [];

    /// <summary>The instant of each look.</summary>
    public IReadOnlyList<DateTimeOffset> Looks => _looks;

    public void Add(string id, string run, TimeSpan queue, TimeSpan duration, bool reportsItself = false, int chunk = 0)
    {
        lock (_gate) _jobs[id] = (Clock.GetUtcNow(), queue, duration);
        Watch.Follow(Attempt(id, run, chunk), reportsItself);
    }

    public AttemptInput Attempt(string id, string run, int chunk = 0) => new()
    {
        Attempt = 1,
        JobId = id,
        SubmittedAt = Clock.GetUtcNow(),
        Chunk = new ChunkInput { Run = Run(run), Chunk = chunk, Worker = 1, Flashpoints = 1 },
    };

    /// <summary>How late the end of each job was told.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Delays()
    {
        lock (_gate)
            return _told.ToDictionary(told => told.Key, told => told.Value - EndOf(told.Key), StringComparer.Ordinal);
    }

    /// <summary>Moves the clock to an instant, letting the watch do all that falls due on the way.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        var target = Clock.GetUtcNow() + by;
        while (true)
        {
            await QuietAsync();
            if (Clock.NextDue is not { } due || due > target) break;
            Clock.AdvanceTo(due);
        }

        Clock.AdvanceTo(target);
        await QuietAsync();
    }

    public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Looked.Add(job.Id.Value);
            _looks.Add(Clock.GetUtcNow());
            if (Failure(job.Id.Value) is { } failure) throw failure;
            return Task.FromResult(Snapshot(_jobs[job.Id.Value]));
        }
    }

    public Task<BackendHealth> GetHealthAsync(CancellationToken cancellationToken)
    {
        HealthCalls++;
        return Task.FromResult(Health);
    }

    public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CancelAsync(JobReference job, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => Watch.DisposeAsync();

    private JobSnapshot Snapshot((DateTimeOffset Submitted, TimeSpan Queue, TimeSpan Run) job)
    {
        var age = Clock.GetUtcNow() - job.Submitted;
        if (age < job.Queue) return new JobSnapshot { State = JobState.Queued };
        if (age < job.Queue + job.Run) return new JobSnapshot { State = JobState.Running, DelayTime = job.Queue };
        return new JobSnapshot { State = JobState.Completed, DelayTime = job.Queue, ExecutionTime = job.Run };
    }

    private bool Told(string instance, string name, string job)
    {
        lock (_gate)
        {
            Tellings.Add($"{instance} {name} {job}");
            if (Clock.GetUtcNow() >= EndOf(job)) _told.TryAdd(job, Clock.GetUtcNow());
            return true;
        }
    }

    private DateTimeOffset EndOf(string job) => _jobs[job].Submitted + _jobs[job].Queue + _jobs[job].Run;

    /// <summary>Until the loop waits and no look is on its way.</summary>
    private async Task QuietAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        // In this order: a timer that is set now cannot have fired when the watch is asked whether it waits.
        while ((Watch.Count > 0 && Clock.NextDue is null) || !Watch.IsQuiet)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static RunInput Run(string id) => new()
    {
        RunId = id,
        Date = "2025-01-01",
        Trigger = "manual",
        Workers = 1,
        Backend = "fake",
        Flashpoints = 1,
        ManifestSha256 = new string('0', 64),
        PollSeconds = 1,
    };
}
