namespace Serverless.Protocol;

/// <summary>
/// Who calls, besides the key. A pod is known to the host as <c>KEY-NAME/POD</c>: a key may be given to one pod, or to all that
/// are made from one template. What a pod holds, no other pod sees.
/// </summary>
public sealed record PodIdentity
{
    /// <summary>The pod's name, the same after the agent was started again in the same pod: the provider's id of the machine, or
    /// the host name. Visible ASCII characters without <c>/</c>, at most <see cref="WorkLimits.MaxNameLength"/>.</summary>
    public required string Pod { get; init; }

    /// <summary>One start of the agent: a text by chance. The newest start speaks for the pod; an older one is refused with
    /// <see cref="WorkProblems.SessionReplaced"/>.</summary>
    public required string Session { get; init; }
}

/// <summary>The right to work on a job. Goes with every call about the job.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Token">Grows with every grant of the job; one that is not the newest is refused.</param>
public sealed record LeaseId(string Job, long Token);
