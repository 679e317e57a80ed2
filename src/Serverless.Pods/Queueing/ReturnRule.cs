using System.Globalization;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>A job comes back from its holder undone: it is queued again, or has failed for good. What it has of results stays.
/// </summary>
internal static class ReturnRule
{
    /// <summary>The holder has fallen silent.</summary>
    public static ReturnedJob TimedOut(QueueBook book, JobRow job)
    {
        var minutes = book.Options.JobTimeout.TotalMinutes.ToString("0.###", CultureInfo.InvariantCulture);
        Observation.LeaseRanOut(book, job.Pod!, job.Session);
        return Crashed(book, job, $"Job timeout after {minutes} minutes (interrupted/crashed)");
    }

    /// <summary>The provider took the holder, as it had announced.</summary>
    public static ReturnedJob Announced(QueueBook book, JobRow job, InterruptionNotice notice)
    {
        var reason = $"{job.Pod} was taken by its provider ({notice.Kind})";
        book.Note(job.Pod!, PodEventKind.Released, job.Id, reason);
        return Uncounted(book, job, reason, checkpoint: null);
    }

    /// <summary>The holder is lost, and nobody said so: an attempt that was made.</summary>
    public static ReturnedJob Crashed(QueueBook book, JobRow job, string error)
    {
        book.Pods.AddLoss.Execute(job.Pod);
        book.Note(job.Pod!, PodEventKind.Lost, job.Id, error);
        return Counted(book, job, error);
    }

    /// <summary>Nobody is at fault: it does not count, unless it happens all the time.</summary>
    public static ReturnedJob Uncounted(QueueBook book, JobRow job, string reason, byte[]? checkpoint)
    {
        if (job.Returns >= QueueLimits.MaxReturns)
            return Counted(book, job, $"given back {job.Returns} times: {reason}", checkpoint);
        Requeue(book, job, reason, uncounted: 1, checkpoint);
        return new ReturnedJob(job, WorkState.Queued, reason, IsCounted: false);
    }

    private static ReturnedJob Counted(QueueBook book, JobRow job, string error, byte[]? checkpoint = null)
    {
        if (job.AttemptNumber < job.MaxAttempts)
        {
            Requeue(book, job, error, uncounted: 0, checkpoint);
            return new ReturnedJob(job, WorkState.Queued, error, IsCounted: true);
        }

        EndRule.End(book, job, JobOutcome.Failed, error, WorkFault.Unknown);
        return new ReturnedJob(job, WorkState.Failed, error, IsCounted: true);
    }

    private static void Requeue(QueueBook book, JobRow job, string error, int uncounted, byte[]? checkpoint)
    {
        book.Jobs.Requeue.Execute(job.Key, uncounted, book.HeldBy(job), error, checkpoint);
        book.CountQueued(1);
        book.Forget(job.Key);
    }
}

/// <summary>A job that came back.</summary>
/// <param name="Job">As it was.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="Reason">Why it came back.</param>
/// <param name="IsCounted">Whether the try counts.</param>
internal sealed record ReturnedJob(JobRow Job, WorkState State, string Reason, bool IsCounted);
