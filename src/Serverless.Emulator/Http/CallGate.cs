using System.Globalization;
using Serverless.Emulator.Faults;

namespace Serverless.Emulator.Http;

/// <summary>What every call passes before an operation sees it: key, endpoint id, rate limit, faults.</summary>
internal sealed class CallGate(EmulatorParts parts, RateLimits limits)
{
    private const int NoAnswer = 0;
    private readonly ApiKeyCheck _keys = new(parts.Options.ApiKey);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var route = context.GetEndpoint();
        var mark = route?.Metadata.GetMetadata<OperationMark>();
        if (mark is not null) await CallAsync(context, mark.Operation, next);
        else if (route is not null) await next(context);
        else await JsonAnswer.WriteNotFoundAsync(context, "not found");
    }

    private async Task CallAsync(HttpContext context, Operation operation, RequestDelegate next)
    {
        var answered = false;
        try
        {
            answered = await PassAsync(context, operation, next);
        }
        catch (OperationCanceledException)
        {
            // The client went away, or the emulator stops while a call waits.
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away while it sent the body.
        }
        finally
        {
            parts.Statistics.Called(operation.Name(), answered ? context.Response.StatusCode : NoAnswer);
        }

        // Only now: whoever sees the connection break may ask at once how many calls there were.
        if (!answered) context.Abort();
    }

    /// <returns>Whether the client gets an answer.</returns>
    private async Task<bool> PassAsync(HttpContext context, Operation operation, RequestDelegate next)
    {
        if (!_keys.Admits(context.Request.Headers.Authorization))
        {
            await JsonAnswer.WriteUnauthorizedAsync(context);
            return true;
        }

        if ((string?)context.GetRouteValue("endpoint") != parts.Options.EndpointId)
        {
            await JsonAnswer.WriteNotFoundAsync(context, "endpoint not found");
            return true;
        }

        if (parts.Options.RateLimits && !limits.Admit(operation))
        {
            parts.Statistics.LimitExceeded();
            await WriteTooManyAsync(context, retryAfter: null);
            return true;
        }

        foreach (var fault in parts.Faults.Strikes(operation))
        {
            if (fault.Kind.Kind == FaultKind.Slow) await PauseAsync(context, fault.Delay!.Value);
            else return await FailAsync(context, fault, next);
        }

        await next(context);
        return true;
    }

    private async Task PauseAsync(HttpContext context, TimeSpan delay)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, parts.Background.Stopping);
        await Task.Delay(delay, parts.Alarms.Time, stop.Token);
    }

    private async Task<bool> FailAsync(HttpContext context, FaultRule fault, RequestDelegate next)
    {
        switch (fault.Kind.Kind)
        {
            case FaultKind.Status429:
                await WriteTooManyAsync(context, fault.Delay);
                return true;
            case FaultKind.Http401:
                await JsonAnswer.WriteUnauthorizedAsync(context);
                return true;
            case FaultKind.Http402:
                await JsonAnswer.WriteProblemAsync(
                    context, StatusCodes.Status402PaymentRequired, "Payment Required", "insufficient balance");
                return true;
            case FaultKind.Http403:
                await JsonAnswer.WriteProblemAsync(
                    context, StatusCodes.Status403Forbidden, "Forbidden", "the api key does not allow this");
                return true;
            case FaultKind.Http500:
                await JsonAnswer.WriteProblemAsync(
                    context, StatusCodes.Status500InternalServerError, "Internal Server Error", "unexpected error");
                return true;
            case FaultKind.Http502Html:
                await JsonAnswer.WriteEdgePageAsync(context, StatusCodes.Status502BadGateway, "Bad Gateway");
                return true;
            case FaultKind.Http503Html:
                await JsonAnswer.WriteEdgePageAsync(
                    context, StatusCodes.Status503ServiceUnavailable, "Service Temporarily Unavailable");
                return true;
            case FaultKind.LostAnswer:
                context.Response.Body = Stream.Null;
                await next(context);
                if (context.Features.Get<TakenJob>() is { } job) parts.Statistics.AnswerLost(job.Id);
                return false;
            default:
                return false;
        }
    }

    /// <summary>Nothing is known of headers on the real answer, so a limit of ours gives none.</summary>
    private static Task WriteTooManyAsync(HttpContext context, TimeSpan? retryAfter)
    {
        if (retryAfter is { } wait)
        {
            var seconds = Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return JsonAnswer.WriteProblemAsync(
            context, StatusCodes.Status429TooManyRequests, "Too Many Requests", "rate limit exceeded");
    }
}
