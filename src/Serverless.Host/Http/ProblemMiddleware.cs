using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Host.Auth;
using Serverless.Host.Logging;
using Serverless.Host.Sources;

namespace Serverless.Host.Http;

/// <summary>Answers what goes wrong with a problem. What nobody expected is logged and told no details.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, HostParts parts, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            // Health says it in words of its own, and the dashboard's files are there to show it.
            if (parts.Broken.IsCompleted && !Access.IsOpenTo(context)) throw Broken(await parts.Broken);
            await next(context);
            if (IsBare(context.Response)) await AnswerAsync(context, InWords(context));
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // Nobody is there any more to be told.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var problem = ToProblem(e) ?? Unexpected(context, e);
            context.Response.Clear();
            if (problem.Problem.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
            await AnswerAsync(context, problem);
        }
    }

    private static Task AnswerAsync(HttpContext context, ProblemException problem)
    {
        // What is not sent may have had a length of its own.
        context.Response.ContentLength = null;
        return problem.ToResult().ExecuteAsync(context);
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
        BadHttpRequestException bad => new(Problem.InvalidRequest with { Status = bad.StatusCode }, e.Message, inner: e),
        _ => null,
    };

    /// <summary>Whether the framework has answered by a code alone.</summary>
    private static bool IsBare(HttpResponse response) => !response.HasStarted
        && response is { StatusCode: >= 400, ContentType: null } or { StatusCode: StatusCodes.Status416RangeNotSatisfiable };

    private static ProblemException InWords(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = Shown.Text(AddressMask.Apply(request.Path.Value ?? ""));
        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new(Problem.NotFound, $"There is nothing at {path}."),
            StatusCodes.Status405MethodNotAllowed => new(
                Problem.MethodNotAllowed, $"{Shown.Text(request.Method)} is not for {path}; allowed is {response.Headers.Allow}."),
            StatusCodes.Status416RangeNotSatisfiable => new(
                Problem.RangeNotSatisfiable,
                $"Range is {Shown.Text(request.Headers.Range)}, which lies outside ({response.Headers.ContentRange}).", "Range"),
            var status => new(Problem.InvalidRequest with { Status = status }, "The request is not what it should be."),
        };
    }

    private static ProblemException Broken(Exception reason) => new(
        Problem.Unavailable, $"Nothing can be written: {reason.Message} What was acknowledged is stored.", inner: reason);

    private ProblemException Unexpected(HttpContext context, Exception e)
    {
        if (parts.Broken is { IsCompletedSuccessfully: true } broken) return Broken(broken.Result);
        LogUnexpected(e, context.Request.Method, SafePath(context));
        return new ProblemException(
            Problem.InternalError,
            $"The request could not be answered; the log says why (request {context.TraceIdentifier}).",
            inner: e);
    }

    /// <summary>The path, unless a webhook's token stands in it.</summary>
    private static string? SafePath(HttpContext context) => context.Request.RouteValues.ContainsKey("token")
        ? (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText
        : context.Request.Path.Value;

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception exception, string method, string? path);
}
