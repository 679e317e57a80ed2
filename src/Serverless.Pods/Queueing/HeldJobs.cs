using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Whether a pod holds the job that it speaks of.</summary>
internal static class HeldJobs
{
    /// <summary>The job, held by the pod under this token. One that was queued again because the pod fell silent, and has not been
    /// lent to another since, is its own again: the token is still the newest, and what was worked on is not lost.</summary>
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    public static JobRow Take(QueueBook book, string pod, LeaseId lease)
    {
        var job = book.Find(lease.Job);
        if (WhyNot(book, job, pod, lease) is { } reason) throw Refuse(lease, reason);
        if (job!.State == WorkState.Queued) job = Revive(book, job);
        return job;
    }

    /// <summary>Why a lease is over; null when it is not.</summary>
    public static string? WhyNot(QueueBook book, JobRow? job, string pod, LeaseId lease)
    {
        // What a pod never held it is told nothing about.
        if (job is null || (job.Token == lease.Token && job.Pod != pod) || lease.Token > job.Token) return "it was never lent";
        if (job.Token != lease.Token) return "it has been lent to another holder since";
        return job.State switch
        {
            WorkState.Running => null,
            WorkState.Queued => FindEnd(book, job, lease.Token) is null ? null : "it was given back",
            WorkState.Completed => "it is completed",
            _ => job.Outcome == JobOutcome.Cancelled ? "it was cancelled" : "it has failed",
        };
    }

    /// <summary>How the same call ended the lease before, its answer having been lost; null when it did not.</summary>
    /// <exception cref="WorkRefusedException">Another call ended it.</exception>
    public static WorkState? EndedBefore(QueueBook book, string pod, LeaseId lease, EndCall call)
    {
        if (book.Find(lease.Job) is not { } job || FindEnd(book, job, lease.Token) is not { } end) return null;
        if (job.Token == lease.Token && job.Pod != pod) return null;
        return end.Call == call ? end.State : throw Refuse(lease, "the lease was ended by another call");
    }

    private static WorkRefusedException Refuse(LeaseId lease, string reason) => new(
        WorkRefusal.StaleToken, $"The lease {lease.Token} of job {lease.Job} is over: {reason}.");

    private static JobRow Revive(QueueBook book, JobRow job)
    {
        book.Jobs.Revive.Execute(job.Key, book.Now);
        book.CountQueued(-1);
        book.Hear(job.Key);
        return job with { State = WorkState.Running, GrantedAt = book.Now };
    }

    private static (EndCall Call, WorkState State)? FindEnd(QueueBook book, JobRow job, long token)
    {
        using var rows = book.Jobs.FindEnd.Query(job.Key, token);
        return rows.Read() ? ((EndCall)rows.GetInt32(0), (WorkState)rows.GetInt32(1)) : null;
    }
}
