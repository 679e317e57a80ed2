using System.Text.Json;

namespace Serverless.Core.Runs;

/// <summary>What a chunk shows of its attempts: the newest ones, as many as <see cref="Limits.MaxShownLength"/> has room for.
/// </summary>
internal static class ShownAttempts
{
    /// <summary>For the members beside the list.</summary>
    private const int Reserve = 2_400;

    /// <summary>So few fit whatever their errors are made of.</summary>
    private const int AlwaysFit = 2;

    public static ChunkProgress Of(int worker, int done, IReadOnlyList<AttemptRecord> records, string? held)
    {
        var first = FirstShown(records);
        return new ChunkProgress(worker, done, [.. records.Skip(first)]) { Held = held, Earlier = Sum(records.Take(first)) };
    }

    private static int FirstShown(IReadOnlyList<AttemptRecord> records)
    {
        if (records.Count <= AlwaysFit) return 0;
        var room = Limits.MaxShownLength - Reserve;
        for (var first = records.Count; first > 0; first--)
        {
            room -= JsonSerializer.Serialize(records[first - 1], RunJson.Default.AttemptRecord).Length + 1;
            if (room < 0) return Math.Min(first, OldestOpen(records));
        }

        return 0;
    }

    /// <summary>A job that has not been seen to end is never left out: it is found here when its chunk is gone.</summary>
    private static int OldestOpen(IReadOnlyList<AttemptRecord> records)
    {
        for (var index = 0; index < records.Count; index++)
        {
            if (records[index].EndedAt is null) return index;
        }

        return records.Count - AlwaysFit;
    }

    private static EarlierAttempts? Sum(IEnumerable<AttemptRecord> left)
    {
        var all = left.ToList();
        return all.Count == 0 ? null : new EarlierAttempts(
            all.Count, all.Sum(record => record.Cost ?? 0), all.Sum(record => record.WastedCost ?? 0));
    }
}
