using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Host.Sources;

namespace Serverless.Host.Http;

/// <summary>Answers what goes wrong with a problem. What nobody expected is logged and told no details.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, HostParts parts, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (parts.Broken.IsCompleted) throw Broken(await parts.Broken);
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be told.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var problem = ToProblem(e) ?? Unexpected(context, e);
            context.Response.Clear();
            await problem.ToResult().ExecuteAsync(context);
        }
    }

    private static ProblemException? ToProblem(Exception e) => e switch
    {
        ProblemException problem => problem,
        FlashpointFormatException bad => new(Problem.InvalidFlashpoints, bad.Message, bad.Field, bad),
        SourceException => new(Problem.SourceUnavailable, e.Message, inner: e),
        RunConflictException => new(Problem.Conflict, e.Message, inner: e),
        JobBackendException => new(Problem.Unavailable, e.Message, inner: e),
        RunStoreException => new(Problem.NotFound, e.Message, inner: e),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
            Problem.TooLarge, $"The body is larger than {HostLimits.MaxBodyBytes / 1024 / 1024} MiB.", inner: e),
        BadHttpRequestException => new(Problem.InvalidRequest, e.Message, inner: e),
        _ => null,
    };

    private static ProblemException Broken(Exception reason) => new(
        Problem.Unavailable, $"Nothing can be written: {reason.Message} What was acknowledged is stored.", inner: reason);

    private ProblemException Unexpected(HttpContext context, Exception e)
    {
        if (parts.Broken is { IsCompletedSuccessfully: true } broken) return Broken(broken.Result);
        LogUnexpected(e, context.Request.Method, context.Request.Path);
        return new ProblemException(
            new Problem("internal-error", StatusCodes.Status500InternalServerError, "Something went wrong here"),
            $"The request could not be answered; the log says why (request {context.TraceIdentifier}).",
            inner: e);
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception exception, string method, string path);
}
