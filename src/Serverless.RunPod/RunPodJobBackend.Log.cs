using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.RunPod.Replies;

namespace Serverless.RunPod;

public sealed partial class RunPodJobBackend
{
    [LoggerMessage(Level = LogLevel.Debug,
        Message = "Job {JobId} of attempt {AttemptId} was taken by RunPod endpoint {EndpointId} ({BodyBytes} bytes)")]
    private partial void LogSubmitted(JobId jobId, string attemptId, string endpointId, int bodyBytes);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The job of attempt {AttemptId} could not be handed to RunPod endpoint {EndpointId}: {Kind}, "
            + "status {StatusCode}")]
    private partial void LogNotSubmitted(string attemptId, string endpointId, ReplyKind kind, int? statusCode);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} of RunPod endpoint {EndpointId} was cancelled")]
    private partial void LogCancelled(JobId jobId, string endpointId);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Job {JobId} of RunPod endpoint {EndpointId} is in a state unknown here; it counts as running")]
    private partial void LogUnknownState(JobId jobId, string endpointId);

    [LoggerMessage(Level = LogLevel.Debug,
        Message = "Job {JobId} of RunPod endpoint {EndpointId} is not visible yet; it counts as queued")]
    private partial void LogNotVisible(JobId jobId, string endpointId);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Job {JobId} is not known to RunPod endpoint {EndpointId} any more")]
    private partial void LogLost(JobId jobId, string endpointId);
}
