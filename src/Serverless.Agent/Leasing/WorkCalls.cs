using System.Text.Json.Serialization.Metadata;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>A call to the coordinator: where it goes, and how both sides are written.</summary>
internal sealed record WorkCall<TRequest, TReply>(string Path, JsonTypeInfo<TRequest> Request, JsonTypeInfo<TReply> Reply)
    where TReply : class;

/// <summary>All calls.</summary>
internal static class WorkCalls
{
    public static readonly WorkCall<LeaseRequest, LeaseReply> Lease =
        new(WorkPaths.Lease, WorkJson.Default.LeaseRequest, WorkJson.Default.LeaseReply);

    public static readonly WorkCall<HeartbeatRequest, HeartbeatReply> Heartbeat =
        new(WorkPaths.Heartbeat, WorkJson.Default.HeartbeatRequest, WorkJson.Default.HeartbeatReply);

    public static readonly WorkCall<ResultsRequest, ResultsReply> Results =
        new(WorkPaths.Results, WorkJson.Default.ResultsRequest, WorkJson.Default.ResultsReply);

    public static readonly WorkCall<CompleteRequest, EndReply> Complete =
        new(WorkPaths.Complete, WorkJson.Default.CompleteRequest, WorkJson.Default.EndReply);

    public static readonly WorkCall<FailRequest, EndReply> Fail =
        new(WorkPaths.Fail, WorkJson.Default.FailRequest, WorkJson.Default.EndReply);

    public static readonly WorkCall<ReleaseRequest, EndReply> Release =
        new(WorkPaths.Release, WorkJson.Default.ReleaseRequest, WorkJson.Default.EndReply);
}
