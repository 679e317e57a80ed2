namespace Serverless.Protocol.Hosting;

/// <summary>Who keeps the work, seen by who answers the calls. Each call may be made again, and then answers the same.</summary>
public interface IWorkQueue
{
    /// <summary>Lends jobs to a pod; waits for some as long as the call allows.</summary>
    /// <param name="key">The name of the key that the pod showed.</param>
    /// <param name="request">The call.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any more, or the host stops.</param>
    /// <exception cref="WorkRefusedException">Another start of the agent speaks for the pod.</exception>
    Task<LeaseReply> LeaseAsync(string key, LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a sign of life.</summary>
    /// <exception cref="WorkRefusedException">Another start of the agent speaks for the pod.</exception>
    Task<HeartbeatReply> HeartbeatAsync(string key, HeartbeatRequest request);

    /// <summary>Stores results.</summary>
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    Task<ResultsReply> TakeResultsAsync(string key, ResultsRequest request);

    /// <summary>Ends a job that is done.</summary>
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    Task<EndReply> CompleteAsync(string key, CompleteRequest request);

    /// <summary>Ends a job that did not work out.</summary>
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    Task<EndReply> FailAsync(string key, FailRequest request);

    /// <summary>Takes a job back.</summary>
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    Task<EndReply> ReleaseAsync(string key, ReleaseRequest request);

    /// <summary>Orders a pod to drain or to stop, until that is undone by <see cref="WorkCommand.Continue"/>: a later start of its
    /// agent is told the same.</summary>
    /// <param name="pod">The pod's name, <c>KEY-NAME/POD</c>.</param>
    /// <param name="order">What it is to do.</param>
    /// <returns>How the pod stands then; null when there is no such pod.</returns>
    Task<PodView?> OrderAsync(string pod, WorkCommand order);

    /// <summary>How long ago any pod was seen; null when none ever was.</summary>
    Task<TimeSpan?> LastSeenAsync();

    /// <summary>How the queue and its pods stand.</summary>
    Task<QueueView> LookAsync(CancellationToken cancellationToken);
}

/// <summary>Why a call is refused.</summary>
public enum WorkRefusal
{
    /// <summary><see cref="WorkProblems.StaleToken"/>.</summary>
    StaleToken,

    /// <summary><see cref="WorkProblems.SessionReplaced"/>.</summary>
    SessionReplaced,
}

/// <summary>A call of a pod is refused. Nothing of it was taken.</summary>
public sealed class WorkRefusedException(WorkRefusal refusal, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public WorkRefusal Refusal { get; } = refusal;
}
