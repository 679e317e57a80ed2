using System.Globalization;

namespace Serverless.Core.Storage;

/// <summary>The names of a run's objects. Fixed: runs outlive releases.</summary>
internal sealed class RunLayout(RunId run)
{
    public const string Root = "runs/";

    public const string MergedFolder = "merged";

    public const string InputFile = "input.jsonl";

    private const string GroupOutcomesFile = "outcomes.jsonl";

    /// <summary>The prefix of everything.</summary>
    public string All { get; } = $"{Root}{run.Value}/";

    public string Manifest => All + "manifest.jsonl";

    public string Plan => All + "plan.json";

    public string Chunks => All + "chunks/";

    /// <summary>The prefix of what an aggregation merges on its way.</summary>
    public string Merged(string scratch) => $"{All}{scratch}/";

    public string Results => All + "results.json";

    public string Failures => All + "failures.jsonl";

    public string Report => All + "report.json";

    /// <summary>The prefix of what belongs to groups of chunks.</summary>
    public string Groups => All + "groups/";

    /// <summary>The prefix of a group's objects.</summary>
    public string Group(ChunkRange range)
        => string.Create(CultureInfo.InvariantCulture, $"{Groups}{CheckChunk(range.First):D6}-{CheckChunk(range.End - 1):D6}/");

    /// <summary>Which chunks a group has.</summary>
    public string GroupChunks(ChunkRange range) => Group(range) + "chunks.json";

    /// <summary>The checkpoints of all chunks of a group.</summary>
    public string GroupCheckpoints(ChunkRange range) => Group(range) + "checkpoints.jsonl";

    /// <summary>How the chunks of a group went. Sorts last and is written last: where it is, the others are.</summary>
    public string GroupOutcomes(ChunkRange range) => Group(range) + GroupOutcomesFile;

    /// <summary>The group whose outcomes an object is, or null when it is something else.</summary>
    public ChunkRange? MergedGroupOf(string name)
    {
        if (!name.EndsWith(GroupOutcomesFile, StringComparison.Ordinal)) return null;
        var first = ChunkOf(Groups, name);
        return new ChunkRange(first, ChunkOf(Groups + "000000-", name) - first + 1);
    }

    public string Outcomes => All + "outcomes/";

    public string Outcome(int chunk)
        => string.Create(CultureInfo.InvariantCulture, $"{Outcomes}{CheckChunk(chunk):D6}.json");

    /// <summary>The prefix of what attempts beside others were given.</summary>
    public string AllGiven => All + "given/";

    /// <summary>The indexes that an attempt beside another was given: what was missing then, and may not be any more.</summary>
    public string Given(int chunk, int attempt)
        => string.Create(CultureInfo.InvariantCulture, $"{AllGiven}{CheckChunk(chunk):D6}-{CheckAttempt(attempt):D3}.json");

    /// <summary>The prefix of what jobs are given by reference.</summary>
    public string AllShared => All + "shared/";

    /// <summary>Flashpoints that are too large for the body of a job. Named by what it holds: whoever writes it again writes the
    /// same.</summary>
    public string Shared(int chunk, string sha256)
        => string.Create(CultureInfo.InvariantCulture, $"{AllShared}{CheckChunk(chunk):D6}-{sha256}.json");

    /// <summary>The prefixes of all but the manifest, last written first.</summary>
    public IEnumerable<string> AfterManifest =>
        [FinalSince, Report, Results, Failures, All + MergedFolder, Plan, Groups, Chunks, AllGiven, AllShared, Outcomes];

    /// <summary>Says which chunks the results are of.</summary>
    public string FinalSince => All + "since.json";

    /// <summary>The prefixes of what people see of a run that has ended.</summary>
    public IEnumerable<string> Final => [FinalSince, Report, Results, Failures];

    /// <summary>The prefixes of what belongs to chunks; what follows begins with the chunk's number.</summary>
    public IEnumerable<string> OfChunks => [Groups, Chunks, AllGiven, AllShared, Outcomes];

    public string Chunk(int chunk)
        => string.Create(CultureInfo.InvariantCulture, $"{Chunks}{CheckChunk(chunk):D6}/");

    public string Input(int chunk) => Chunk(chunk) + InputFile;

    /// <summary>The prefix of all attempts of a chunk.</summary>
    public string Attempts(int chunk) => Chunk(chunk) + "attempt-";

    public string Attempt(int chunk, int attempt)
        => string.Create(CultureInfo.InvariantCulture, $"{Attempts(chunk)}{CheckAttempt(attempt):D3}.jsonl");

    /// <summary>The prefix of what an attempt stored before its job ended.</summary>
    public string StreamedParts(int chunk, int attempt)
        => string.Create(CultureInfo.InvariantCulture, $"{Attempts(chunk)}{CheckAttempt(attempt):D3}-");

    public string StreamedPart(int chunk, int attempt, int part)
        => string.Create(CultureInfo.InvariantCulture, $"{StreamedParts(chunk, attempt)}{part:D6}.jsonl");

    /// <summary>The number of the attempt whose object this is.</summary>
    public int AttemptOf(int chunk, string name)
        => int.Parse(name.AsSpan(Attempts(chunk).Length, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Reasons for what no attempt answered. Sorts after the attempts.</summary>
    public string Failed(int chunk) => Chunk(chunk) + "failed.jsonl";

    public string MergedPart(string scratch, int round, int part)
        => string.Create(CultureInfo.InvariantCulture, $"{Merged(scratch)}{round:D3}-{part:D6}.jsonl");

    /// <summary>The number of the chunk that an object below such a prefix belongs to.</summary>
    public static int ChunkOf(string prefix, string name)
        => int.Parse(name.AsSpan(prefix.Length, 6), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The run that an object belongs to, or null when it is none.</summary>
    public static RunId? RunOf(string name)
    {
        var rest = name.AsSpan(Root.Length);
        var end = rest.IndexOf('/');
        return end > 0 && RunId.TryParse(rest[..end].ToString(), out var id, out _) ? id : null;
    }

    private static int CheckChunk(int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chunk, Limits.MaxChunks);
        return chunk;
    }

    private static int CheckAttempt(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attempt, Limits.MaxAttempts);
        return attempt;
    }
}
