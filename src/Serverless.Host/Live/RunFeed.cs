using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Runs;

namespace Serverless.Host.Live;

/// <summary>Shows one run: all of it, then the run and its chunks as they change, then its end.</summary>
internal sealed class RunFeed(HostParts parts, string runId, ILogger log) : LiveFeed(parts.Time, parts.Platform.LookInterval, log)
{
    private readonly RunWatch _watch = new(parts.Client, parts.Objects, parts.Time, runId);
    private RunDetail? _shown;

    protected override string Subject => $"run {runId}";

    protected override Task NextSignalAsync() => parts.Signals.NextChangeAsync(runId);

    /// <summary>Ours was perhaps the last wait for a run that never changes again.</summary>
    protected override void Forget() => parts.Signals.Signal(runId);

    protected override async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (await _watch.ReadAsync(cancellationToken) is not { } update)
        {
            if (_shown is not null) Board.Close(new LiveEvent("gone", "{}"u8.ToArray()));
            return false;
        }

        Show(update);
        if (update.Run.EndedAt is not { } endedAt) return true;
        var end = JsonSerializer.SerializeToUtf8Bytes(new RunEnd(update.Run, update.Run.Report), RunJson.Default.RunEnd);
        Board.Close(new LiveEvent("end", end, EndId(endedAt)));
        return false;
    }

    /// <summary>The id of the last event of a run that ended then: who brings it back has seen everything.</summary>
    public static string EndId(DateTimeOffset endedAt) =>
        "end-" + endedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private void Show(RunUpdate update)
    {
        LiveEvent Snapshot() => new("snapshot", JsonSerializer.SerializeToUtf8Bytes(update.Run, RunJson.Default.RunDetail));
        if (update.Changed is not { } changed)
        {
            Board.Replace(Snapshot);
        }
        else
        {
            var changes = changed.Select(chunk => ($"chunk {chunk.Chunk}", ChunkEvent(chunk))).ToList();
            if (changes.Count > 0 || IsOther(update.Run)) changes.Add(("run", RunEvent(update.Run)));
            Board.Change(Snapshot, changes);
        }

        _shown = update.Run;
    }

    /// <summary>Whether the run itself tells anything else; its chunks are told apart.</summary>
    private bool IsOther(RunDetail run) => _shown is null || run with { Chunks = _shown.Chunks } != _shown;

    private static LiveEvent ChunkEvent(ChunkSnapshot chunk) =>
        new("chunk", JsonSerializer.SerializeToUtf8Bytes(chunk, RunJson.Default.ChunkSnapshot));

    internal static LiveEvent RunEvent(RunSnapshot run) =>
        new("run", JsonSerializer.SerializeToUtf8Bytes(run, RunJson.Default.RunSnapshot));
}
