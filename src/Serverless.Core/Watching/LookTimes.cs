using Serverless.Core.Jobs;
using Serverless.Core.Runs;

namespace Serverless.Core.Watching;

/// <summary>When a job is looked at next. Looks are shared out by what they can tell: a job whose end cannot have come yet
/// is left alone, and one whose end is due is looked at often.</summary>
internal static class LookTimes
{
    /// <summary>Looks a second at one backend, for all runs together. RunPod takes 200; the rest is for the looks of
    /// activities.</summary>
    public const double LooksPerSecond = 175;

    /// <summary>The part of them that may go to jobs of which nothing is expected.</summary>
    private const double RoutineShare = 0.5;

    /// <summary>While a webhook reports the end, looks only make up for one that is lost.</summary>
    public static readonly TimeSpan Backstop = TimeSpan.FromMinutes(5);

    /// <summary>A report may need some tries to arrive, the last of which RunPod makes after 20 s.</summary>
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(10);

    /// <summary>However long a job should take: it may fail before.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>An end is to be seen late by no more than this, or 2 % of the job's age, however far apart looks at one job have to
    /// be.</summary>
    private static readonly TimeSpan LeastLateness = TimeSpan.FromSeconds(1);

    /// <summary>The next look at a job that has not ended.</summary>
    /// <param name="job">The job as it was last seen.</param>
    /// <param name="earliestEnd">Before this it has never ended; null when nothing is known.</param>
    /// <param name="now">The time.</param>
    /// <param name="jobs">How many jobs share the looks.</param>
    public static NextLook Next(WatchedJob job, DateTimeOffset? earliestEnd, DateTimeOffset now, int jobs)
    {
        if (job.ReportsItself) return NextLook.ForEnd(NextOfReporting(job, earliestEnd, now));
        var close = CheckInterval.After(now - job.SubmittedAt, job.Poll, expected: null);
        var routine = Max(close, Routine(jobs));
        if (earliestEnd is not { } end) return job.IsScout ? NextLook.ForEnd(now + close) : NextLook.JustInCase(now + routine);

        // Half of what an end may be seen late: then most ends are seen at the first look, which is half of the calls.
        end += CheckInterval.After(end - job.SubmittedAt, LeastLateness, expected: null) / 2;
        var seenAt = job.SeenAt ?? job.SubmittedAt;
        if (end <= now) return NextLook.ForEnd(Max(now, seenAt + Overdue(job, now)));

        // One that waits is looked at to see it begin, as far as looks can be spared; one that runs can only end. Counted from the
        // last look, so that those planned together are not due together.
        var before = Max(now, seenAt + (job.State == JobState.Queued ? routine : Max(LongestWait, routine)));
        return new NextLook(end, before < end ? before : null);
    }

    /// <summary>How far apart looks are at a job whose end is due: a little closer than its end is to be seen, for a look may have to
    /// wait its turn.</summary>
    private static TimeSpan Overdue(WatchedJob job, DateTimeOffset now) =>
        CheckInterval.After((now - job.SubmittedAt) * 0.75, job.Poll / 4, expected: null);

    /// <summary>One report in some is lost, and a job of seconds must not stand still for minutes then: it is looked at a while
    /// after it should have ended, and again each time that it is twice as late.</summary>
    private static DateTimeOffset NextOfReporting(WatchedJob job, DateTimeOffset? earliestEnd, DateTimeOffset now)
    {
        if (earliestEnd is not { } end) return now + Backstop;
        var grace = (end - job.SubmittedAt) / 10;
        if (grace < LeastGrace) grace = LeastGrace;
        return Min(now + Backstop, end + (now < end + grace ? grace : 2 * (now - end)));
    }

    /// <summary>How far apart looks have to be when every job gets the same.</summary>
    public static TimeSpan Routine(int jobs) => TimeSpan.FromSeconds(jobs / (LooksPerSecond * RoutineShare));

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
