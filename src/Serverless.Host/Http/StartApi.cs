using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Management;
using Serverless.Host.Runs;
using Serverless.Host.Sources;

namespace Serverless.Host.Http;

/// <summary>Starts runs.</summary>
internal static class StartApi
{
    private const string IdempotencyKey = "Idempotency-Key";
    private const int MaxIdempotencyKeyLength = 255;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/runs", StartAsync);

    /// <summary>Answers as soon as the run survives a crash, or, with <c>?wait=</c>, when it has ended, time is up, or the host
    /// stops.</summary>
    private static async Task<IResult> StartAsync(
        HttpRequest request,
        HostParts parts,
        RunStarter starter,
        LiveRunGate gate,
        RequestSources sources,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        var wait = QueryValues.Whole(request, "wait", 0, HostLimits.MaxWaitSeconds);
        var mayWait = QueryValues.Flag(request, "queue");
        var key = ReadKey(request);
        await using var file = await BodyFile.TakeAsync(request, cancellationToken);
        var body = await StartBody.ReadAsync(file, cancellationToken);
        var today = DateOnly.FromDateTime(parts.Time.GetUtcNow().UtcDateTime);
        var run = body.ToRun(today, key, Activity.Current?.Id);
        StartLimits.RequireShortId(run, parts);
        StartLimits.RequirePrice(run, parts);
        StartLimits.RequireBackend(run, parts);
        run = run with { MayWaitForPods = mayWait };
        var start = body.Source is { } source
            ? await StartFromAsync(sources.Open(source), run, starter, gate, cancellationToken)
            : await starter.StartAsync(run, body.ReadFlashpoints, cancellationToken, gate);
        Activity.Current?.SetTag("fanout.run.id", start.Input.RunId);
        if (wait is { } seconds and > 0)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, cancellationToken);
            if (await WaitAsync(parts, start.Input.RunId, seconds, either.Token) is { } end) return ToReport(end);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new CheckStatusResult(start.Input.RunId, start.IsNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private static async Task<RunStart> StartFromAsync(
        IFlashpointSource source, NewRun run, RunStarter starter, LiveRunGate gate, CancellationToken cancellationToken)
    {
        try
        {
            await using var spool = await SourceSpool.FillAsync(source, run.Date, cancellationToken, HostLimits.MaxBodyBytes);
            return await starter.StartAsync(run, spool.ReadAsync, cancellationToken, gate);
        }
        catch (SourceException e)
        {
            throw new ProblemException(Problem.SourceUnavailable, e.Message, "source", e);
        }
    }

    private static string? ReadKey(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(IdempotencyKey, out var header)) return null;
        var key = header.ToString();
        if (key.Length is > 0 and <= MaxIdempotencyKeyLength && key.All(c => c is >= ' ' and < '\x7f')) return key;
        throw new ProblemException(
            Problem.InvalidRequest,
            $"{IdempotencyKey} is {Shown.Text(key)}; allowed are 1 to {MaxIdempotencyKeyLength} printable ASCII characters.",
            IdempotencyKey);
    }

    /// <returns>Null when time is up, or nobody waits any more.</returns>
    private static async Task<OrchestrationMetadata?> WaitAsync(
        HostParts parts, string runId, int seconds, CancellationToken stop)
    {
        var asked = TimeSpan.FromSeconds(seconds);
        using var timeUp = new CancellationTokenSource(parts.Platform.MaxAnswerTime is { } most && most < asked ? most : asked, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, stop);
        try
        {
            return await parts.Client.WaitForInstanceCompletionAsync(runId, getInputsAndOutputs: true, either.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static IResult ToReport(OrchestrationMetadata end)
    {
        if (end.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
            return TypedResults.Json(end.ReadOutputAs(RunJson.Default.RunSummary)!, RunJson.Default.RunSummary);
        var reason = end.FailureDetails?.InnerFailure?.ErrorMessage ?? end.FailureDetails?.ErrorMessage;
        return Problem.RunFailed.With(string.Create(
            CultureInfo.InvariantCulture, $"The run '{end.InstanceId}' is {end.RuntimeStatus}{(reason is null ? "" : ": ")}{reason}."));
    }
}
