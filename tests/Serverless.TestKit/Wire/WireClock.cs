namespace Serverless.TestKit.Wire;

/// <summary>The system's clock, set to noon: the daily timer starts nothing, and no call of a script comes on another day than the one
/// before.</summary>
public sealed class WireClock : TimeProvider
{
    private static readonly DateTimeOffset Noon = new(2025, 6, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly long _startedAt = System.GetTimestamp();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Noon + GetElapsedTime(_startedAt);
}
