using System.Globalization;
using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Http;

/// <summary>The operations of an endpoint over HTTP.</summary>
internal sealed class JobApi(JobEndpoint endpoint, EmulatorParts parts)
{
    private const int MinWaitMilliseconds = 1_000;
    private const int MaxWaitMilliseconds = 300_000;
    private const long MaxTtlMilliseconds = 7L * 24 * 60 * 60 * 1000;
    private static readonly TimeSpan SyncWait = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StreamWait = TimeSpan.FromSeconds(10);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/{endpoint}");
        Map(group, Operation.Run, "POST", "/run", RunAsync);
        Map(group, Operation.RunSync, "POST", "/runsync", RunSyncAsync);
        Map(group, Operation.Status, "GET POST", "/status/{id}", StatusAsync);
        Map(group, Operation.StatusSync, "GET POST", "/status-sync/{id}", StatusSyncAsync);
        Map(group, Operation.Stream, "GET POST", "/stream/{id}", StreamAsync);
        Map(group, Operation.Cancel, "POST", "/cancel/{id}", CancelAsync);
        Map(group, Operation.Retry, "POST", "/retry/{id}", RetryAsync);
        Map(group, Operation.PurgeQueue, "POST", "/purge-queue", PurgeAsync);
        Map(group, Operation.Health, "GET", "/health", HealthAsync);
    }

    private static void Map(
        RouteGroupBuilder group, Operation operation, string methods, string path, RequestDelegate answer) =>
        group.MapMethods(path, methods.Split(' '), answer).WithMetadata(new OperationMark(operation));

    private async Task RunAsync(HttpContext context)
    {
        if (await SubmitAsync(context, parts.Options.RunBodyLimit, isSync: false) is { } job)
            await JsonAnswer.WriteAsync(context, job.WriteIdAndStatus);
    }

    private async Task RunSyncAsync(HttpContext context)
    {
        if (!TryReadWait(context, SyncWait, out var wait))
            await WriteBadWaitAsync(context);
        else if (await SubmitAsync(context, parts.Options.RunSyncBodyLimit, isSync: true) is { } job)
            await WriteAtEndAsync(context, job.Id, wait);
    }

    private async Task StatusAsync(HttpContext context)
    {
        if (!TryReadMilliseconds(context, "ttl", 1, MaxTtlMilliseconds, out var timeToLive))
        {
            await JsonAnswer.WriteQueryErrorAsync(
                context, $"ttl is invalid; must be between 1 and {MaxTtlMilliseconds}");
            return;
        }

        await WriteJobAsync(context, endpoint.Look(JobId(context), timeToLive));
    }

    private Task StatusSyncAsync(HttpContext context) => TryReadWait(context, SyncWait, out var wait)
        ? WriteAtEndAsync(context, JobId(context), wait)
        : WriteBadWaitAsync(context);

    private async Task StreamAsync(HttpContext context)
    {
        if (!TryReadWait(context, StreamWait, out var wait))
        {
            await WriteBadWaitAsync(context);
            return;
        }

        using var stop = StopOf(context);
        if (await endpoint.ReadStreamAsync(JobId(context), wait, stop.Token) is not { } read)
            await JsonAnswer.WriteJobNotFoundAsync(context);
        else await JsonAnswer.WriteAsync(context, read.WriteMembers);
    }

    private Task CancelAsync(HttpContext context) => endpoint.Cancel(JobId(context)) is { } job
        ? JsonAnswer.WriteAsync(context, job.WriteIdAndStatus)
        : JsonAnswer.WriteJobNotFoundAsync(context);

    private Task RetryAsync(HttpContext context) => endpoint.Retry(JobId(context), out var isRetried) switch
    {
        null => JsonAnswer.WriteJobNotFoundAsync(context),
        var job when isRetried => JsonAnswer.WriteAsync(context, job.WriteIdAndStatus),
        var job => JsonAnswer.WriteBadRequestAsync(
            context, $"job is {job.Status.Name()}; only FAILED or TIMED_OUT can be retried"),
    };

    private Task PurgeAsync(HttpContext context)
    {
        var removed = endpoint.Purge();
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteNumber("removed", removed);
            json.WriteString("status", "completed");
        });
    }

    private Task HealthAsync(HttpContext context) => JsonAnswer.WriteAsync(context, endpoint.Health().WriteMembers);

    /// <returns>The job, or null when the client has got an error instead.</returns>
    private async Task<JobView?> SubmitAsync(HttpContext context, int limit, bool isSync)
    {
        if (await RequestBody.ReadAsync(context.Request, limit, context.RequestAborted) is not { } body)
            await JsonAnswer.WriteBadRequestAsync(
                context, $"bad request: body: exceeded max body size of {SizeText(limit)}");
        else if (!JobBodyReader.TryRead(body, parts.Faults.AsksAboutJobs, out var submission, out var problem))
            await JsonAnswer.WriteBadRequestAsync(context, problem);
        else
        {
            var job = endpoint.Submit(submission, isSync);
            context.Features.Set(new TakenJob(job.Id));
            return job;
        }

        return null;
    }

    private async Task WriteAtEndAsync(HttpContext context, string id, TimeSpan wait)
    {
        using var stop = StopOf(context);
        await WriteJobAsync(context, await endpoint.LookAtEndAsync(id, wait, stop.Token));
    }

    private CancellationTokenSource StopOf(HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, parts.Background.Stopping);

    private static Task WriteJobAsync(HttpContext context, JobView? job) => job is null
        ? JsonAnswer.WriteJobNotFoundAsync(context)
        : JsonAnswer.WriteAsync(context, job.WriteMembers);

    private static Task WriteBadWaitAsync(HttpContext context) => JsonAnswer.WriteQueryErrorAsync(
        context, $"wait is invalid; must be between {MinWaitMilliseconds} and {MaxWaitMilliseconds}");

    private static string JobId(HttpContext context) => (string)context.GetRouteValue("id")!;

    private static bool TryReadWait(HttpContext context, TimeSpan standard, out TimeSpan wait)
    {
        var isValid = TryReadMilliseconds(context, "wait", MinWaitMilliseconds, MaxWaitMilliseconds, out var given);
        wait = given ?? standard;
        return isValid;
    }

    private static bool TryReadMilliseconds(
        HttpContext context, string name, long min, long max, out TimeSpan? duration)
    {
        duration = null;
        if (!context.Request.Query.TryGetValue(name, out var text)) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) return false;
        if (milliseconds < min || milliseconds > max) return false;
        duration = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    private static string SizeText(int bytes) => bytes % (1024 * 1024) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024 * 1024)}MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
}
