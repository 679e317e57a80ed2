namespace Serverless.Core.Runs;

/// <summary>How long to wait before the next look at a job.</summary>
internal static class CheckInterval
{
    /// <summary>The end of a job is seen late by at most this share of its duration.</summary>
    private const double Share = 0.02;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Grows with the time waited, and reaches to the expected end while that is still ahead.</summary>
    /// <param name="waited">Since the job was submitted.</param>
    /// <param name="shortest">POLL_SECONDS.</param>
    /// <param name="expected">How long the job should take in all, or null.</param>
    public static TimeSpan After(TimeSpan waited, TimeSpan shortest, TimeSpan? expected)
    {
        var growing = Clamp(waited * Share, shortest);
        return expected - waited is { } ahead && ahead > growing ? Clamp(ahead, shortest) : growing;
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan shortest) =>
        value < shortest ? shortest : value > Longest ? Max(Longest, shortest) : value;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
