namespace Serverless.Protocol;

/// <summary>Where a pod's calls go, below the host's base address. All are <c>POST</c> with a JSON body, and carry the pod's
/// key as <c>x-functions-key</c> and the version as <see cref="ProtocolVersion.Header"/>.</summary>
public static class WorkPaths
{
    /// <summary>The header with the pod's key.</summary>
    public const string KeyHeader = "x-functions-key";

    /// <summary><see cref="LeaseRequest"/> to <see cref="LeaseReply"/>. Long poll.</summary>
    public const string Lease = "/api/work/lease";

    /// <summary><see cref="HeartbeatRequest"/> to <see cref="HeartbeatReply"/>.</summary>
    public const string Heartbeat = "/api/work/heartbeat";

    /// <summary><see cref="ResultsRequest"/> to <see cref="ResultsReply"/>.</summary>
    public const string Results = "/api/work/results";

    /// <summary><see cref="CompleteRequest"/> to <see cref="EndReply"/>.</summary>
    public const string Complete = "/api/work/complete";

    /// <summary><see cref="FailRequest"/> to <see cref="EndReply"/>.</summary>
    public const string Fail = "/api/work/fail";

    /// <summary><see cref="ReleaseRequest"/> to <see cref="EndReply"/>.</summary>
    public const string Release = "/api/work/release";
}
