namespace Serverless.Core.Runs;

/// <summary>
/// Says when a run is hopeless: more than so many percent of all its flashpoints have failed for good. It is judged once a
/// tenth of them has ended, and never before ten of them have, so that a bad start alone ends nothing.
/// </summary>
/// <param name="percent">MAX failed, 0 to 99; null: never.</param>
/// <param name="flashpoints">All flashpoints of this execution.</param>
internal sealed class FailureLimit(int? percent, int flashpoints)
{
    private const int LeastEnded = 10;
    private const int LeastShare = 10;

    /// <param name="ended">Flashpoints of ended chunks.</param>
    /// <param name="failed">Those of them without a result.</param>
    public bool IsPassed(int ended, int failed) =>
        percent is { } limit
        && ended >= LeastEnded
        && (long)ended * LeastShare >= flashpoints
        && (long)failed * 100 > (long)limit * flashpoints;
}
