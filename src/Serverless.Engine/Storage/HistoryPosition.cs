namespace Serverless.Engine.Storage;

/// <summary>Where a segment lies, and the checksum that shows it is the one written there.</summary>
internal static class HistoryPosition
{
    private const int SegmentBits = 24;

    /// <summary>Segments that have a place; more than <see cref="EngineLimits.MaxHistorySegments"/>.</summary>
    private const int MaxSegments = 1 << SegmentBits;

    public static long First(long instanceKey) => instanceKey << SegmentBits;

    public static long Last(long instanceKey) => First(instanceKey) + MaxSegments - 1;

    public static long Of(long instanceKey, int segment) => First(instanceKey) + segment;

    public static long KeyOf(long position) => position >> SegmentBits;

    public static int SegmentOf(long position) => (int)(position & (MaxSegments - 1));

    /// <summary>Over the position and the bytes, so that a segment in a wrong place is found too.</summary>
    public static long Checksum(long position, ReadOnlySpan<byte> bytes)
    {
        var checksum = new Checksum();
        checksum.Add(position);
        checksum.Add(bytes);
        return checksum.Value;
    }
}
