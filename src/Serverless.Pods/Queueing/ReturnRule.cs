using System.Globalization;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>A job comes back from its holder undone: it is queued again, or has failed for good. What it has of results stays.
/// </summary>
internal static class ReturnRule
{
    /// <summary>The holder has fallen silent, or was started again and knows nothing of it: an attempt that was made.</summary>
    public static ReturnedJob Crashed(QueueBook book, JobRow job)
    {
        var minutes = book.Options.JobTimeout.TotalMinutes.ToString("0.###", CultureInfo.InvariantCulture);
        var error = $"Job timeout after {minutes} minutes (interrupted/crashed)";
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
        return new ReturnedJob(job, WorkState.Queued, reason);
    }

    private static ReturnedJob Counted(QueueBook book, JobRow job, string error, byte[]? checkpoint = null)
    {
        if (job.AttemptNumber < job.MaxAttempts)
        {
            Requeue(book, job, error, uncounted: 0, checkpoint);
            return new ReturnedJob(job, WorkState.Queued, error);
        }

        EndRule.End(book, job, JobOutcome.Failed, error, WorkFault.Unknown);
        return new ReturnedJob(job, WorkState.Failed, error);
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
internal sealed record ReturnedJob(JobRow Job, WorkState State, string Reason);
