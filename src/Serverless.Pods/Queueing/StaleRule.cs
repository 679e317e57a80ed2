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
        var pod = PodRules.Find(book, job.Pod!);
        var isAnnounced = pod.Notice is not null && pod.Session == job.Session;
        var timeout = isAnnounced ? Shorter(book.Options.JobTimeout, pod.Notice!.SecondsLeft) : book.Options.JobTimeout;
        if (silence < timeout) return null;
        return isAnnounced
            ? ReturnRule.Uncounted(book, job, $"{job.Pod} was taken by its provider ({pod.Notice!.Kind})", checkpoint: null)
            : ReturnRule.Crashed(book, job);
    }

    private static TimeSpan Shorter(TimeSpan timeout, double? secondsLeft)
    {
        if (secondsLeft is not { } seconds) return timeout;
        var left = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, timeout.TotalSeconds)) + QueueLimits.NoticeGrace;
        return left < timeout ? left : timeout;
    }
}
