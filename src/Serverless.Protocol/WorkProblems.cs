namespace Serverless.Protocol;

/// <summary>The refusals that an agent has to tell apart: the <c>type</c> of the <c>application/problem+json</c> body. Any other
/// 4xx is a mistake of the agent and not repeated; 429, 5xx and no answer at all mean: the same call again later, after
/// <c>Retry-After</c> if there is one. Every call may be repeated as it is.</summary>
public static class WorkProblems
{
    /// <summary>409. The job has been given to another holder, has ended, was cancelled, or never was this pod's: stop working
    /// on it, throw away what is buffered for it. Nothing of the call was taken.</summary>
    public const string StaleToken = "urn:fanout:problem:stale-token";

    /// <summary>409. A later start of an agent speaks for this pod: two agents run under one name and key. This one stops.</summary>
    public const string SessionReplaced = "urn:fanout:problem:session-replaced";

    /// <summary>400. The host does not speak the call's version; <see cref="ProtocolVersion.Header"/> of the answer and its member
    /// <c>spoken</c> say which it does.</summary>
    public const string UnsupportedProtocol = "urn:fanout:problem:unsupported-protocol";

    /// <summary>401. No key, or one that is none.</summary>
    public const string Unauthorized = "urn:fanout:problem:unauthorized";

    /// <summary>403. The key is none of a pod.</summary>
    public const string Forbidden = "urn:fanout:problem:forbidden";

    /// <summary>413. The body is larger than <see cref="WorkLimits.MaxBodyBytes"/>: send fewer entries at once.</summary>
    public const string TooLarge = "urn:fanout:problem:body-too-large";
}
