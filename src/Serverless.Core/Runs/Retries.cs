using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>How often what is tried again.</summary>
internal static class Retries
{
    /// <summary>Jobs that vanished through no fault of the chunk do not use up its attempts, up to this many.</summary>
    public const int MaxLostJobs = 10;

    /// <summary>Submissions of one attempt that were refused for a reason that may pass.</summary>
    public const int MaxSubmissions = 10;

    /// <summary>Looks in a row that could not be answered because key or endpoint are wrong.</summary>
    public const int MaxPermanentChecks = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>The store is on a disk or a network: what fails may pass.</summary>
    public static readonly RetryPolicy Store = new(
        maxNumberOfAttempts: 5, TimeSpan.FromSeconds(1), backoffCoefficient: 3, TimeSpan.FromMinutes(1));

    /// <summary>A job that goes on costs money, so cancelling it is worth some patience.</summary>
    public static readonly RetryPolicy Cancel = new(
        maxNumberOfAttempts: 6, TimeSpan.FromSeconds(1), backoffCoefficient: 3, TimeSpan.FromMinutes(1));

    /// <summary>1 s, then twice as long each time up to half a minute: jobs may take a while to be seen cancelled.</summary>
    public static TimeSpan BetweenCancelRounds(int round) => TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, round - 1)));

    /// <summary>5 s, then twice as long each time up to five minutes.</summary>
    public static TimeSpan BetweenPursuits(int tries) => TimeSpan.FromSeconds(Math.Min(300, 5 * Math.Pow(2, Math.Min(tries, 10) - 1)));

    /// <summary>10 s, then twice as long each time up to five minutes: a person has to mend it first.</summary>
    public static TimeSpan BetweenBlockedRounds(int round) => TimeSpan.FromSeconds(Math.Min(300, 10 * Math.Pow(2, round - 1)));

    /// <summary>Exponential from <paramref name="first"/>, with up to half as much again by chance, so that chunks that
    /// failed together do not come back together.</summary>
    public static TimeSpan Backoff(int failures, TimeSpan first, Guid chance)
    {
        var exponential = Math.Min(first.TotalSeconds * Math.Pow(2, failures - 1), LongestWait.TotalSeconds);
        var jitter = BitConverter.ToUInt16(chance.ToByteArray()) / (double)ushort.MaxValue / 2;
        return TimeSpan.FromSeconds(exponential * (1 + jitter));
    }
}
