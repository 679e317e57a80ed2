using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Serverless.Core.Runs;
using Serverless.Host.Auth;
using Serverless.Host.Http;

namespace Serverless.Host.Webhooks;

/// <summary>
/// Takes RunPod's reports of ended jobs. A report only wakes the attempt, which then asks RunPod itself: nothing in the body
/// is believed but the job's id, and that only tells two jobs of one attempt apart.
/// </summary>
internal static partial class WebhookApi
{
    private const int MaxJobIdLength = 256;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/runpod/webhook/{token}", TakeAsync).WithMetadata(Access.Open);

    private static async Task<IResult> TakeAsync(
        string token, HttpRequest request, HostParts parts, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var log = loggers.CreateLogger(typeof(WebhookApi).FullName!);
        if (parts.Webhooks.Read(token) is not { } target)
        {
            LogForged(log, request.HttpContext.Connection.RemoteIpAddress?.ToString());
            throw Unknown();
        }

        var jobId = await ReadJobIdAsync(request, cancellationToken);
        var chunk = Names.ChunkInstance(target.RunId, target.Chunk);
        if (await parts.Client.GetInstanceAsync(chunk, getInputsAndOutputs: true, cancellationToken) is not { } instance)
        {
            LogOld(log, target.RunId, target.Chunk, target.Attempt, jobId);
            throw Unknown();
        }

        // A chunk that has not shown anything yet is about to learn its job's id: the event waits for it.
        var latest = instance.ReadCustomStatusAs(RunJson.Default.ChunkProgress) is { Attempts: [.., var last] } ? last.Attempt : 0;
        if (target.Attempt < latest)
        {
            LogOld(log, target.RunId, target.Chunk, target.Attempt, jobId);
            throw Unknown();
        }

        await WakeAsync(parts, chunk, target, jobId, log, cancellationToken);
        return TypedResults.Ok();
    }

    private static async Task WakeAsync(
        HostParts parts, string chunk, WebhookTarget target, string jobId, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            // False means that the chunk has ended: it was told before, or has seen for itself.
            await parts.Client.RaiseEventAsync(chunk, Names.JobEvent(target.Attempt), jobId, cancellationToken);
            LogTaken(log, target.RunId, target.Chunk, target.Attempt, jobId);
        }
        catch (InvalidOperationException e)
        {
            // It holds as many events as it may, so it has been told often enough; and it looks by itself too.
            LogFull(log, e, target.RunId, target.Chunk, target.Attempt, jobId);
        }
    }

    /// <summary>Reads through the body, which has the whole output in it, without holding it.</summary>
    private static async Task<string> ReadJobIdAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        await using var file = TemporaryFile.Create();
        await request.Body.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        try
        {
            var members = await JsonMembers.FindAsync(file, cancellationToken);
            if (members.LastOrDefault(member => member.Name == "id") is not { Kind: JsonTokenType.String, Length: <= MaxJobIdLength } id)
                return "";
            var bytes = new byte[id.Length];
            file.Position = id.Start;
            await file.ReadExactlyAsync(bytes, cancellationToken);
            return JsonSerializer.Deserialize(bytes, HostJson.Default.String) ?? "";
        }
        catch (JsonException)
        {
            // It says that something has ended, in whatever form: that is all that is needed.
            return "";
        }
    }

    private static ProblemException Unknown() => new(Problem.NotFound, "There is no job that this token is for.", "token");

    [LoggerMessage(1, LogLevel.Warning, "A webhook from {Address} had a token that is none of ours")]
    private static partial void LogForged(ILogger logger, string? address);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Run {RunId} chunk {Chunk} attempt {Attempt}: a webhook came for job {JobId}, which nobody waits for")]
    private static partial void LogOld(ILogger logger, string runId, int chunk, int attempt, string jobId);

    [LoggerMessage(4, LogLevel.Warning, "Run {RunId} chunk {Chunk} attempt {Attempt}: the webhook for job {JobId} was one too many")]
    private static partial void LogFull(ILogger logger, Exception exception, string runId, int chunk, int attempt, string jobId);

    [LoggerMessage(3, LogLevel.Debug, "Run {RunId} chunk {Chunk} attempt {Attempt}: a webhook says that job {JobId} has ended")]
    private static partial void LogTaken(ILogger logger, string runId, int chunk, int attempt, string jobId);
}
