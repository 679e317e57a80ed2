using Serverless.Pods.Storage;
using Serverless.Protocol;

namespace Serverless.Pods.Queueing;

/// <summary>Takes back what silent pods hold.</summary>
internal static class StaleRule
{
    public static List<ReturnedJob> Apply(QueueBook book)
    {
        var returned = new List<ReturnedJob>();
        foreach (var (key, silence) in book.Lent.OrderBy(lent => lent.Key).ToList())
        {
            if (silence < WorkLimits.HeartbeatInterval && silence < book.Options.JobTimeout) continue;
            if (book.Find(key) is { State: WorkState.Running } job && TakeBack(book, job, silence) is { } back) returned.Add(back);
        }

        return returned;
    }

    /// <summary>From the very instant at which the lease runs out. A pod whose provider takes it is not waited for as long: nobody
    /// is at fault then.</summary>
    private static ReturnedJob? TakeBack(QueueBook book, JobRow job, TimeSpan silence)
    {
        var notice = PodRules.Find(book, job.Pod!).NoticeFor(job);
        var timeout = notice is null ? book.Options.JobTimeout : Shorter(book.Options.JobTimeout, notice.SecondsLeft);
        if (silence < timeout) return null;
        return notice is null ? ReturnRule.TimedOut(book, job) : ReturnRule.Announced(book, job, notice);
    }

    private static TimeSpan Shorter(TimeSpan timeout, double? secondsLeft)
    {
        if (secondsLeft is not { } seconds) return timeout;
        var left = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, timeout.TotalSeconds)) + QueueLimits.NoticeGrace;
        return left < timeout ? left : timeout;
    }
}
