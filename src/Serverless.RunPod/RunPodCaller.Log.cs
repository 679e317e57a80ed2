using Microsoft.Extensions.Logging;
using Serverless.RunPod.Replies;

namespace Serverless.RunPod;

// Neither RunPod's words nor a body is logged: either may hold what the user sent.
internal sealed partial class RunPodCaller
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Operation} of RunPod endpoint {EndpointId} is repeated in {Delay}: {Kind}, status {StatusCode}")]
    private partial void LogRetry(string operation, string endpointId, ReplyKind kind, int? statusCode, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Operation} of RunPod endpoint {EndpointId} has hit the rate limit and rests for {Pause}")]
    private partial void LogRateLimited(string operation, string endpointId, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "RunPod endpoint {EndpointId} keeps failing; calls are held back for {BreakDuration}")]
    private partial void LogHeldBack(string endpointId, TimeSpan breakDuration);

    [LoggerMessage(Level = LogLevel.Information, Message = "RunPod endpoint {EndpointId} answers again")]
    private partial void LogRecovered(string endpointId);
}
