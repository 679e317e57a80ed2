namespace Serverless.Core.Runs;

/// <summary>How the chunks of a large run are shared out among orchestrations, so that no history grows without bound.</summary>
/// <param name="GroupSize">Chunks of each group; the last of a section, or of the run, may have fewer.</param>
/// <param name="SectionSize">Chunks of each section; null when the run starts its groups itself.</param>
public sealed record FanOutShape(int GroupSize, int? SectionSize)
{
    /// <summary>Room for rounding up to a multiple of the workers, which at most doubles them.</summary>
    private const int GroupsPerSection = Limits.MaxGroupsPerSection / 2;

    /// <returns>Null: one orchestration runs them all.</returns>
    public static FanOutShape? Of(int chunks, int workers)
    {
        if (chunks <= Limits.MaxChunksPerGroup) return null;
        if (Parts(chunks, Limits.MaxChunksPerGroup) <= GroupsPerSection)
            return new FanOutShape(Size(chunks, Parts(chunks, Limits.MaxChunksPerGroup, workers)), null);
        var sections = Parts(chunks, GroupsPerSection * Limits.MaxChunksPerGroup, workers);
        var sectionSize = Size(chunks, sections);
        var groups = Parts(sectionSize, Limits.MaxChunksPerGroup, Math.Max(1, workers / sections));
        return new FanOutShape(Size(sectionSize, groups), sectionSize);
    }

    /// <summary>The groups of these chunks.</summary>
    /// <param name="firstGroup">The index of the first.</param>
    /// <param name="firstChunk">The index of its first chunk.</param>
    /// <param name="chunks">How many chunks there are.</param>
    public IReadOnlyList<BoardPart> Groups(int firstGroup, int firstChunk, int chunks) =>
        Split(firstGroup, firstChunk, chunks, GroupSize);

    /// <summary>The groups of all sections, or of the run.</summary>
    public IReadOnlyList<BoardPart> AllGroups(int firstChunk, int chunks) => SectionSize is null
        ? Groups(0, firstChunk, chunks)
        : [.. Sections(firstChunk, chunks).SelectMany(part => Groups(FirstGroup(part.Index), part.FirstChunk, part.Chunks))];

    /// <summary>The sections of these chunks.</summary>
    public IReadOnlyList<BoardPart> Sections(int firstChunk, int chunks) => Split(0, firstChunk, chunks, SectionSize!.Value);

    /// <summary>The index of a section's first group.</summary>
    public int FirstGroup(int section) => section * Parts(SectionSize!.Value, GroupSize);

    private static BoardPart[] Split(int first, int firstChunk, int chunks, int size) =>
    [
        .. Enumerable.Range(0, Parts(chunks, size))
            .Select(part => new BoardPart(first + part, firstChunk + part * size, Math.Min(size, chunks - part * size))),
    ];

    private static int Parts(int count, int most) => (count + most - 1) / most;

    /// <summary>Equal parts in rounds: as many workers as there are have one each in every round, so that none stands idle while
    /// the others have their last.</summary>
    private static int Parts(int count, int most, int workers)
    {
        var parts = Parts(count, most);
        return parts > workers ? Parts(parts, workers) * workers : parts;
    }

    private static int Size(int count, int parts) => Parts(count, parts);
}

/// <summary>Chunks that one child orchestration runs: a group or a section.</summary>
/// <param name="Index">Its index among those.</param>
/// <param name="FirstChunk">The index of its first chunk.</param>
/// <param name="Chunks">How many it has.</param>
public sealed record BoardPart(int Index, int FirstChunk, int Chunks)
{
    /// <summary>How many flashpoints each of them has; null when it reads that itself.</summary>
    public IReadOnlyList<int>? Counts { get; init; }
}
