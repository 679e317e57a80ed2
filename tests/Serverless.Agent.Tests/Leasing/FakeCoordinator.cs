using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Serverless.Protocol;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>A coordinator over real HTTP that lends what a test gives it and remembers what it is told.</summary>
internal sealed class FakeCoordinator : IAsyncDisposable
{
    public const string Key = "pod-key-that-nobody-may-see";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly SignalledLines _calls = new();
    private readonly ConcurrentQueue<WorkLease> _jobs = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _closed = new();

    private FakeCoordinator(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Whether every call is answered with 503.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether calls that bring results are answered with 503.</summary>
    public bool RefusesResults { get; set; }

    /// <summary>What pods are told.</summary>
    public WorkCommand Command { get; set; } = WorkCommand.Continue;

    /// <summary>Whether a call that waits for work is answered as soon as its pod says that it takes nothing more. If not, it may be lent
    /// a job at that very moment.</summary>
    public bool AnswersWhatCloses { get; set; } = true;

    /// <summary>Jobs whose holders are told to stop.</summary>
    public ConcurrentDictionary<string, bool> Cancelled { get; } = new();

    /// <summary>Jobs about which every call is refused as stale.</summary>
    public ConcurrentDictionary<string, bool> Stale { get; } = new();

    public ConcurrentQueue<LeaseRequest> Leases { get; } = new();

    public ConcurrentQueue<HeartbeatRequest> Heartbeats { get; } = new();

    public ConcurrentQueue<ResultsRequest> Results { get; } = new();

    public ConcurrentQueue<CompleteRequest> Completed { get; } = new();

    public ConcurrentQueue<FailRequest> Failed { get; } = new();

    public ConcurrentQueue<ReleaseRequest> Released { get; } = new();

    /// <summary>Ids of flashpoints with a result, as they came.</summary>
    public IReadOnlyList<string> ResultIds => [.. Results.SelectMany(request => request.Entries).Select(entry => entry.Id)];

    public static async Task<FakeCoordinator> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeCoordinator(app);
        app.Run(fake.AnswerAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>A job for whoever asks first.</summary>
    public WorkLease Offer(string job, int flashpoints, double timeoutSeconds = 600)
    {
        var ids = Enumerable.Range(0, flashpoints).Select(i => $$"""{"id":"fp-{{i}}"}""");
        var lease = new WorkLease
        {
            Lease = new LeaseId(job, 7),
            LeaseSeconds = 180,
            Attempt = 1,
            Input = new RawJson(Encoding.UTF8.GetBytes($$"""{"run_id":"r","flashpoints":[{{string.Join(',', ids)}}]}""")),
            ExecutionTimeoutSeconds = timeoutSeconds,
            ModelTimeoutSeconds = 180,
        };
        _jobs.Enqueue(lease);
        _work.Release();
        return lease;
    }

    /// <summary>Completes once somebody has asked for work, answered or not.</summary>
    public Task WhenAsked() => _asked.Task.WaitAsync(Patience);

    /// <summary>Completes once so many such calls have come, answered or not.</summary>
    public async Task WhenCalled(string path, int times = 1)
    {
        try
        {
            await _calls.WhenAny(_ => CountOf(path) >= times).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{path} was not called {times} times within {Patience}: {string.Join(' ', _calls.All)}");
        }
    }

    /// <summary>The first heartbeat that says this, once it has come.</summary>
    public async Task<HeartbeatRequest> WhenBeats(Func<HeartbeatRequest, bool> isOne)
    {
        await _calls.WhenAny(_ => Heartbeats.Any(isOne)).WaitAsync(Patience);
        return Heartbeats.First(isOne);
    }

    public int CountOf(string path) => _calls.All.Count(call => call == path);

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _work.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        try
        {
            if (IsAway || (RefusesResults && path == WorkPaths.Results)) context.Response.StatusCode = 503;
            else if (context.Request.Headers[WorkPaths.KeyHeader] != Key) await RefuseAsync(context, 401, WorkProblems.Unauthorized);
            else if (!ProtocolVersion.IsSpoken(context.Request.Headers[ProtocolVersion.Header]))
                await RefuseAsync(context, 400, WorkProblems.UnsupportedProtocol);
            else await DispatchAsync(context, path);
        }
        finally
        {
            _calls.Add(path);
        }
    }

    private Task DispatchAsync(HttpContext context, string path) => path switch
    {
        WorkPaths.Lease => LeaseAsync(context),
        WorkPaths.Heartbeat => HeartbeatAsync(context),
        WorkPaths.Results => TakeAsync(
            context, WorkJson.Default.ResultsRequest, Results, request => request.Lease, WorkJson.Default.ResultsReply,
            new ResultsReply { Stored = 1, Known = 0, Foreign = 0, LeaseSeconds = 180 }),
        WorkPaths.Complete => TakeAsync(
            context, WorkJson.Default.CompleteRequest, Completed, request => request.Lease, WorkJson.Default.EndReply,
            new EndReply(WorkState.Completed)),
        WorkPaths.Fail => TakeAsync(
            context, WorkJson.Default.FailRequest, Failed, request => request.Lease, WorkJson.Default.EndReply,
            new EndReply(WorkState.Queued)),
        _ => TakeAsync(
            context, WorkJson.Default.ReleaseRequest, Released, request => request.Lease, WorkJson.Default.EndReply,
            new EndReply(WorkState.Queued)),
    };

    private async Task LeaseAsync(HttpContext context)
    {
        var request = (await context.Request.ReadFromJsonAsync(WorkJson.Default.LeaseRequest))!;
        var isToWait = Command == WorkCommand.Continue;
        Leases.Enqueue(request);
        _asked.TrySetResult();
        if (isToWait) await WaitAsync(request, context.RequestAborted);
        var leases = _jobs.TryDequeue(out var job) ? new[] { job } : [];
        await context.Response.WriteAsJsonAsync(new LeaseReply { Command = Command, Leases = leases }, WorkJson.Default.LeaseReply);
    }

    private async Task WaitAsync(LeaseRequest request, CancellationToken aborted)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var waiting = _work.WaitAsync(TimeSpan.FromSeconds(request.WaitSeconds), closed.Token);
        if (await Task.WhenAny(waiting, ClosedOf(request.Identity).Task) != waiting) await closed.CancelAsync();
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        aborted.ThrowIfCancellationRequested();
    }

    private TaskCompletionSource ClosedOf(PodIdentity identity) =>
        _closed.GetOrAdd(identity.Session, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task HeartbeatAsync(HttpContext context)
    {
        var request = (await context.Request.ReadFromJsonAsync(WorkJson.Default.HeartbeatRequest))!;
        Heartbeats.Enqueue(request);
        if (AnswersWhatCloses && request.Facts.State is (PodState.Draining or PodState.Stopping))
            ClosedOf(request.Identity).TrySetResult();
        var orders = request.Jobs.Select(job => new JobOrder
        {
            Lease = job.Lease,
            Command = Cancelled.ContainsKey(job.Lease.Job) ? WorkCommand.Stop : WorkCommand.Continue,
            LeaseSeconds = 180,
        });
        await context.Response.WriteAsJsonAsync(
            new HeartbeatReply { Command = Command, Jobs = [.. orders] }, WorkJson.Default.HeartbeatReply);
    }

    private async Task TakeAsync<TRequest, TReply>(
        HttpContext context, JsonTypeInfo<TRequest> type, ConcurrentQueue<TRequest> taken, Func<TRequest, LeaseId> leaseOf,
        JsonTypeInfo<TReply> replyType, TReply reply)
    {
        var request = (await context.Request.ReadFromJsonAsync(type))!;
        if (Stale.ContainsKey(leaseOf(request).Job))
        {
            await RefuseAsync(context, 409, WorkProblems.StaleToken);
            return;
        }

        taken.Enqueue(request);
        await context.Response.WriteAsJsonAsync(reply, replyType);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, string> { ["type"] = type, ["title"] = "No" }));
    }
}
