using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Runs;

namespace Serverless.Host.Live;

/// <summary>Shows the newest runs and all that have not ended, without their chunks.</summary>
internal sealed class RunListFeed(HostParts parts, ILogger log) : LiveFeed(parts.Time, parts.Platform.LookInterval, log)
{
    private readonly RunListWatch _watch = new(parts.Client);
    private Dictionary<string, RunSnapshot>? _shown;

    protected override string Subject => "all runs";

    protected override Task NextSignalAsync() => parts.Signals.NextChangeAsync();

    protected override async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var page = await _watch.ReadAsync(cancellationToken);
        var runs = page.Runs.ToDictionary(run => run.Id, StringComparer.Ordinal);
        LiveEvent Snapshot() => new("snapshot", JsonSerializer.SerializeToUtf8Bytes(page, RunJson.Default.RunPage));
        if (_shown is null || _shown.Keys.Any(id => !runs.ContainsKey(id)))
            Board.Replace(Snapshot);
        else
            Board.Change(Snapshot, [.. runs.Values.Where(IsOther).Select(run => (run.Id, RunFeed.RunEvent(run)))]);
        _shown = runs;
        return true;
    }

    private bool IsOther(RunSnapshot run) => !_shown!.TryGetValue(run.Id, out var shown) || shown != run;
}
