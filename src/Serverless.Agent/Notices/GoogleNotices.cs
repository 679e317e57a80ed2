using System.Runtime.CompilerServices;

namespace Serverless.Agent.Notices;

/// <summary>
/// Google Compute Engine: <c>instance/preempted</c> turns from FALSE to TRUE; a call can wait for that. The machine gets 30 seconds
/// from then on.
/// </summary>
internal sealed class GoogleNotices(MetadataServer server) : INoticeSource
{
    public static readonly Uri DefaultAddress = new("http://metadata.google.internal/");

    private const string Path = "computeMetadata/v1/instance/preempted";
    private const int WaitSeconds = 60;

    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(30);

    public string Provider => "google";

    public async Task<bool> IsHereAsync(CancellationToken cancellationToken)
    {
        using var request = server.Request(HttpMethod.Get, "computeMetadata/v1/instance/id", "Metadata-Flavor", "Google");
        return await server.SendAsync(request, cancellationToken) is { IsGood: true, Flavor: "Google" };
    }

    public async IAsyncEnumerable<SpotNotice> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? mark = null;
        while (true)
        {
            var path = mark is null
                ? Path
                : $"{Path}?wait_for_change=true&timeout_sec={WaitSeconds}&last_etag={Uri.EscapeDataString(mark)}";
            using var request = server.Request(HttpMethod.Get, path, "Metadata-Flavor", "Google");
            var answer = await server.SendAsync(request, cancellationToken, TimeSpan.FromSeconds(WaitSeconds + 15));
            if (answer is { IsGood: true } && answer.Text.Equals("TRUE", StringComparison.OrdinalIgnoreCase))
            {
                yield return new SpotNotice("google-preempted", "Google: preempted, 30 seconds left", server.Now + Notice);
                yield break;
            }

            mark = answer is { IsGood: true } ? answer.ETag?.Trim('"') : null;
            if (mark is null) await server.PauseAsync(cancellationToken);
        }
    }

    public Task AcknowledgeAsync(SpotNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;
}
