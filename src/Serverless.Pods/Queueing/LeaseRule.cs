using System.Text.Json;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Lends jobs.</summary>
internal static class LeaseRule
{
    /// <param name="book">The queue.</param>
    /// <param name="pod">Who asks.</param>
    /// <param name="request">For what.</param>
    /// <param name="isNew">False when the call was made a while ago, and has waited.</param>
    /// <returns>The answer, and the jobs that the pod has forgotten.</returns>
    /// <exception cref="WorkRefusedException">A later start of the agent has called already.</exception>
    public static (LeaseReply Reply, IReadOnlyList<ReturnedJob> Returned) Apply(
        QueueBook book, string pod, LeaseRequest request, bool isNew)
    {
        if (isNew) PodRules.See(book, pod, request.Identity.Session, request.Facts);
        else PodRules.Confirm(book, pod, request.Identity.Session);
        var (held, again, returned) = Reconcile(book, pod, request);
        var command = PodRules.CommandFor(book, pod);
        if (command == WorkCommand.Continue && book.Sightings.IsClosing(pod)) command = WorkCommand.Drain;
        var leases = again.ConvertAll(job => ToLease(book, job));
        if (again.Count == 0 && command == WorkCommand.Continue)
            leases = Grant(book, pod, request, Math.Min(request.MaxJobs, WorkLimits.MaxJobs - held));
        return (new LeaseReply { Command = command, Leases = leases }, returned);
    }

    /// <summary>Compares what the pod says it holds with what it was lent. What it has forgotten is queued again at once: after a
    /// lost answer without counting that, after a new start of the agent as an attempt that was made.</summary>
    private static (int Held, List<JobRow> Again, List<ReturnedJob> Returned) Reconcile(
        QueueBook book, string pod, LeaseRequest request)
    {
        var (held, again, returned) = (0, new List<JobRow>(), new List<ReturnedJob>());
        foreach (var job in book.HeldBy(pod))
        {
            if (request.Holding.Contains(new LeaseId(job.Id, job.Token))) held++;
            else if (job.Session != request.Identity.Session) returned.Add(Forgotten(book, job));
            else if (job.GrantId == request.RequestId) again.Add(job);
            else returned.Add(ReturnRule.Uncounted(book, job, "the pod never got the answer that lent it", checkpoint: null));
        }

        return (held, again, returned);
    }

    /// <summary>The agent was started again, and knows nothing of it.</summary>
    private static ReturnedJob Forgotten(QueueBook book, JobRow job) =>
        PodRules.Find(book, job.Pod!).NoticeFor(job) is { } notice
            ? ReturnRule.Announced(book, job, notice)
            : ReturnRule.Crashed(book, job, "The agent was started again without the job (interrupted/crashed)");

    private static List<WorkLease> Grant(QueueBook book, string pod, LeaseRequest request, int room)
    {
        var leases = new List<WorkLease>();
        var bytes = 0L;
        if (room <= 0 || book.Queued == 0) return leases;
        foreach (var job in book.Next(room))
        {
            var lease = ToLease(book, Lend(book, job, pod, request));
            bytes += lease.Input.Utf8.Length;
            leases.Add(lease);
            if (bytes > QueueLimits.MaxGrantBytes) break;
        }

        return leases;
    }

    private static JobRow Lend(QueueBook book, JobRow job, string pod, LeaseRequest request)
    {
        var token = (long)book.Jobs.NextToken.Scalar()!;
        book.Jobs.Grant.Execute(job.Key, token, pod, request.Identity.Session, request.RequestId, book.Now);
        book.CountQueued(-1);
        book.Hear(job.Key);
        return job with { Token = token, Attempts = job.Attempts + 1 };
    }

    private static WorkLease ToLease(QueueBook book, JobRow job) => new()
    {
        Lease = new LeaseId(job.Id, job.Token),
        LeaseSeconds = book.Options.JobTimeout.TotalSeconds,
        Attempt = job.AttemptNumber,
        Input = new RawJson(InputOf(book, job)),
        ExecutionTimeoutSeconds = job.ExecutionTimeoutMilliseconds / 1000.0,
        ModelTimeoutSeconds = book.Options.ModelTimeout.TotalSeconds,
        Checkpoint = job.Checkpoint is null ? null : JsonSerializer.Deserialize(job.Checkpoint, WorkJson.Default.CheckpointClaim),
    };

    private static byte[] InputOf(QueueBook book, JobRow job)
    {
        var input = book.InputOf(job.Key);
        return job.Done == 0 ? input : book.MapOf(job.Key).Without(input, book.AnsweredOf(job.Key));
    }
}
