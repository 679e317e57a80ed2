using Serverless.Protocol;

namespace Serverless.Pods.Queueing;

/// <summary>
/// Counts how long interruptible pods are there, and how often one is taken, by hour of the day in UTC. It is written with the calls
/// that show it, in their commits. What has been ordered to drain or stop counts for neither: its end is its operator's doing.
/// </summary>
internal static class Observation
{
    private const long HourMilliseconds = 3_600_000;
    private const int HoursOfDay = 24;

    /// <summary>The pod is there. Was it taken for vanished, it was not.</summary>
    /// <param name="book">The queue.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="session">Which start of its agent calls.</param>
    /// <param name="before">What was known of the pod before the call.</param>
    /// <param name="facts">What it says of itself; null when this call does not.</param>
    public static void Seen(QueueBook book, string pod, string session, KnownPod before, PodFacts? facts)
    {
        var isTaken = before.TakenSession == session;
        if (isTaken && before.Notice is null)
        {
            book.Pods.AddToHour.Execute(before.TakenHour, book.Now, 0, -1);
            book.Pods.SetTaken.Execute(pod, null, null);
            isTaken = false;
        }

        var stay = book.Sightings.See(pod, facts);
        if (stay > TimeSpan.Zero && !isTaken && before.Order == WorkCommand.Continue && book.Sightings.IsInterruptible(pod))
            AddStay(book, stay);
    }

    /// <summary>The pod told of its provider's notice.</summary>
    public static void Noticed(QueueBook book, string pod, KnownPod known) => Count(book, pod, known, book.Now);

    /// <summary>A job came back whose lease ran out. Its pod has vanished when nothing else was heard of it either, by a process that
    /// would have heard it.</summary>
    public static void LeaseRanOut(QueueBook book, string pod, string? session)
    {
        var known = PodRules.Find(book, pod);
        if (known.Session == session && book.Sightings.SilenceOf(pod) is { } silence && silence >= book.Options.JobTimeout)
            Count(book, pod, known, known.SeenAt);
    }

    /// <summary>Another start of the agent calls. When the pod was away before, and the last start had work, that one was taken.
    /// </summary>
    public static void StartedAgain(QueueBook book, string pod, KnownPod known)
    {
        if (!(book.Sightings.SilenceOf(pod) > WorkLimits.OfflineAfter)) return;
        if (book.HeldBy(pod).Exists(job => job.Session == known.Session)) Count(book, pod, known, known.SeenAt);
    }

    /// <summary>Once for each start of the agent.</summary>
    private static void Count(QueueBook book, string pod, KnownPod known, long at)
    {
        if (known.TakenSession == known.Session || known.Order != WorkCommand.Continue || !book.Sightings.IsInterruptible(pod)) return;
        book.Pods.SetTaken.Execute(pod, known.Session, HourOf(at));
        book.Pods.AddToHour.Execute(HourOf(at), at, 0, 1);
    }

    private static void AddStay(QueueBook book, TimeSpan stay)
    {
        var end = book.Now;
        for (var at = end - (long)stay.TotalMilliseconds; at < end;)
        {
            var next = Math.Min(end, (at / HourMilliseconds + 1) * HourMilliseconds);
            book.Pods.AddToHour.Execute(HourOf(at), at, next - at, 0);
            at = next;
        }
    }

    private static int HourOf(long at) => (int)(at / HourMilliseconds % HoursOfDay);
}
