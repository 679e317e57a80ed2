namespace Serverless.Agent.Notices;

/// <summary>Shows notices to whoever wants to see them.</summary>
public static class SpotMonitor
{
    /// <summary>Shows each notice as it comes, until cancelled or there is nothing to come any more.</summary>
    /// <param name="provider">Whose machine it is.</param>
    /// <param name="metadata">The metadata server, in place of the provider's own.</param>
    /// <param name="parts">What the agent is given.</param>
    /// <param name="watching">Called once, with the provider that is asked.</param>
    /// <param name="show">Called with each notice.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whose machine it is; only Aws, Google and Azure are asked.</returns>
    public static async Task<SpotProvider> RunAsync(
        SpotProvider provider, Uri? metadata, AgentParts parts, Action<string> watching, Action<SpotNotice> show,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(watching);
        ArgumentNullException.ThrowIfNull(show);
        if (provider == SpotProvider.Auto && parts.IsRunPod) return SpotProvider.RunPod;
        using var http = NoticeParts.CreateHttp();
        var noticeParts = new NoticeParts(http, parts.Clock, parts.Loggers.CreateLogger("Serverless.Agent.Notices"));
        var (found, source) = await NoticeSources.FindAsync(provider, metadata, noticeParts, cancellationToken);
        if (source is null) return found;
        watching(source.Provider);
        await foreach (var notice in source.WatchAsync(cancellationToken)) show(notice);
        return found;
    }
}
