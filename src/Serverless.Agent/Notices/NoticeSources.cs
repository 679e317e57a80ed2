using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Serverless.Agent.Notices;

/// <summary>Finds whose machine this is.</summary>
internal static class NoticeSources
{
    /// <summary>What RunPod sets in each pod.</summary>
    public const string RunPodVariable = "RUNPOD_POD_ID";

    private static readonly TimeSpan DetectionTime = TimeSpan.FromSeconds(3);

    /// <summary>The provider, and where its notices come from: null for RunPod, which only signals, and for none.</summary>
    /// <param name="provider">What the user says.</param>
    /// <param name="address">The metadata server, in place of the provider's own.</param>
    /// <param name="parts">What sources are made of.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<(SpotProvider Provider, INoticeSource? Source)> FindAsync(
        SpotProvider provider, Uri? address, NoticeParts parts, CancellationToken cancellationToken)
    {
        if (provider != SpotProvider.Auto) return (provider, Create(provider, address, parts, parts.Logger));
        var found = await Task.WhenAll(new[] { SpotProvider.Aws, SpotProvider.Google, SpotProvider.Azure }
            .Select(one => ProbeAsync(one, address, parts, cancellationToken)));
        return found.FirstOrDefault(one => one != SpotProvider.None, SpotProvider.None) switch
        {
            SpotProvider.None => (SpotProvider.None, null),
            var one => (one, Create(one, address, parts, parts.Logger)),
        };
    }

    private static async Task<SpotProvider> ProbeAsync(
        SpotProvider provider, Uri? address, NoticeParts parts, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(DetectionTime, parts.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            var source = Create(provider, address, parts, NullLogger.Instance)!;
            return await source.IsHereAsync(either.Token) ? provider : SpotProvider.None;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SpotProvider.None;
        }
    }

    private static INoticeSource? Create(SpotProvider provider, Uri? address, NoticeParts parts, ILogger logger) => provider switch
    {
        SpotProvider.Aws => new AwsNotices(parts.Server(address ?? AwsNotices.DefaultAddress, logger)),
        SpotProvider.Google => new GoogleNotices(parts.Server(address ?? GoogleNotices.DefaultAddress, logger)),
        SpotProvider.Azure => new AzureNotices(parts.Server(address ?? AzureNotices.DefaultAddress, logger)),
        _ => null,
    };
}

/// <summary>What sources of notices are made of.</summary>
/// <param name="Http">Sends, without a proxy.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Logger">Takes what fails.</param>
internal sealed record NoticeParts(HttpClient Http, TimeProvider Clock, ILogger Logger)
{
    /// <summary>These addresses exist on the machine alone, so no proxy can reach them.</summary>
    public static HttpClient CreateHttp() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public MetadataServer Server(Uri address, ILogger logger) => new(Http, address, Clock, logger);
}
