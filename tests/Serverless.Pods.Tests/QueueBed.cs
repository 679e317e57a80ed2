using System.Text;
using Serverless.Core.Jobs;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;
using Serverless.TestKit;

namespace Serverless.Pods.Tests;

/// <summary>A queue in a real file, with a clock that is driven.</summary>
internal sealed class QueueBed : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PodQueue? _queue;

    private QueueBed()
    {
    }

    public ManualClock Clock { get; } = new();

    public RecordedLogs Logs { get; } = new();

    public PodQueue Queue => _queue!;

    public PodsJobBackend Backend => new(Queue);

    public string Path => _folder.File("queue.db");

    public static async Task<QueueBed> OpenAsync()
    {
        var bed = new QueueBed();
        await bed.StartAsync();
        return bed;
    }

    /// <summary>Closes the queue, as a host that stops does.</summary>
    public ValueTask CloseAsync() => Queue.DisposeAsync();

    /// <summary>Opens the queue, also one that looks after itself.</summary>
    public Task StartAsync(bool sweeps = false)
    {
        var options = new QueueOptions { Path = Path };
        _queue = PodQueue.Open(options, Clock, Logs.CreateLogger("queue"), new QueueHooks { Sweeps = sweeps });
        return _queue.RecoverAsync();
    }

    public async Task RestartAsync()
    {
        await CloseAsync();
        await StartAsync();
    }

    public async Task<string> SubmitAsync(int chunk = 0, int flashpoints = 3, int used = 0, int maxAttempts = 3) =>
        (await Backend.SubmitAsync(Request(chunk, flashpoints, used, maxAttempts), CancellationToken.None)).Value;

    public static JobRequest Request(int chunk = 0, int flashpoints = 3, int used = 0, int maxAttempts = 3) => new()
    {
        AttemptId = $"run:{chunk}:1",
        BeganAt = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
        UsedAttempts = used,
        MaxAttempts = maxAttempts,
        Input = Encoding.UTF8.GetBytes(
            $$$"""{"run_id":"run","chunk":{{{chunk}}},"flashpoints":[{{{Flashpoints(flashpoints)}}}],"timeouts":{}}"""),
        ExecutionTimeout = TimeSpan.FromHours(2),
        TimeToLive = TimeSpan.FromHours(5),
    };

    public Task<JobSnapshot> LookAsync(string job) =>
        Backend.CheckAsync(new JobReference(new JobId(job), Clock.GetUtcNow()), CancellationToken.None);

    /// <summary>Moves time on, and has the queue look for stale jobs.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Clock.Advance(by);
        await Queue.SweepAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private static string Flashpoints(int count) =>
        string.Join(',', Enumerable.Range(1, count).Select(number => $$"""{"id":"fp-{{number}}","title":"T"}"""));
}

/// <summary>An agent that makes its calls without HTTP.</summary>
internal sealed class Pod(QueueBed bed, string name = "p1", string session = "s1", string key = "gpu")
{
    private int _requests;

    /// <summary>What it says of itself; null: that it waits for work when it asks for some, and else that it works.</summary>
    public PodFacts? Facts { get; set; }

    public PodIdentity Identity => new() { Pod = name, Session = session };

    public LeaseRequest LeaseRequest(int max = 1, double wait = 0, string? requestId = null, params LeaseId[] holding) => new()
    {
        Identity = Identity,
        RequestId = requestId ?? $"{session}-{++_requests}",
        MaxJobs = max,
        WaitSeconds = wait,
        Holding = holding,
        Facts = Facts ?? new PodFacts { State = PodState.Idle },
    };

    public Task<LeaseReply> CallAsync(LeaseRequest request) => bed.Queue.LeaseAsync(key, request, CancellationToken.None);

    public async Task<WorkLease> LeaseAsync(params LeaseId[] holding) =>
        (await CallAsync(LeaseRequest(holding: holding))).Leases.ShouldHaveSingleItem();

    public async Task<IReadOnlyList<WorkLease>> LeaseManyAsync(int max) => (await CallAsync(LeaseRequest(max))).Leases;

    public Task<HeartbeatReply> BeatAsync(InterruptionNotice? notice, params LeaseId[] jobs) => bed.Queue.HeartbeatAsync(key, new()
    {
        Identity = Identity,
        Facts = Facts ?? new PodFacts { State = PodState.Working },
        Jobs = [.. jobs.Select(job => new JobProgress { Lease = job })],
        Notice = notice,
    });

    public Task<HeartbeatReply> BeatAsync(params LeaseId[] jobs) => BeatAsync(notice: null, jobs);

    /// <summary>Is there for a while: a heartbeat every five seconds.</summary>
    public async Task StayAsync(TimeSpan time, params LeaseId[] jobs)
    {
        for (var end = bed.Clock.GetUtcNow() + time; bed.Clock.GetUtcNow() < end;)
        {
            bed.Clock.Advance(WorkLimits.HeartbeatInterval);
            await BeatAsync(jobs);
        }
    }

    public Task<ResultsReply> SendAsync(LeaseId lease, params string[] ids) => bed.Queue.TakeResultsAsync(key, new()
    {
        Identity = Identity,
        Lease = lease,
        Entries = [.. ids.Select(id => new ResultEntry(id, new RawJson(Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","by":"{{name}}"}"""))))],
    });

    public async Task<WorkState> CompleteAsync(LeaseId lease, string? output = null) => (await bed.Queue.CompleteAsync(key, new()
    {
        Identity = Identity,
        Lease = lease,
        Output = output is null ? default : new RawJson(Encoding.UTF8.GetBytes(output)),
    })).State;

    public async Task<WorkState> FailAsync(LeaseId lease, string error = "no", WorkFault fault = WorkFault.Handler) =>
        (await bed.Queue.FailAsync(key, new() { Identity = Identity, Lease = lease, Error = error, Fault = fault })).State;

    public async Task<WorkState> ReleaseAsync(
        LeaseId lease, ReleaseReason reason = ReleaseReason.Interruption, CheckpointClaim? checkpoint = null) =>
        (await bed.Queue.ReleaseAsync(key, new() { Identity = Identity, Lease = lease, Reason = reason, Checkpoint = checkpoint })).State;
}

/// <summary>What a refusal should be.</summary>
internal static class Refusals
{
    public static async Task ShouldBeRefusedAsync(this Task call, WorkRefusal refusal = WorkRefusal.StaleToken)
    {
        var refused = await Should.ThrowAsync<WorkRefusedException>(() => call);
        refused.Refusal.ShouldBe(refusal);
    }
}
