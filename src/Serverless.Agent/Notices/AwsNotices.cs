using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Serverless.Agent.Notices;

/// <summary>
/// Amazon EC2: the instance metadata service, version 2. <c>spot/instance-action</c> is 404 until two minutes before the machine
/// goes; <c>events/recommendations/rebalance</c> may come earlier, and means only a higher risk.
/// </summary>
internal sealed class AwsNotices(MetadataServer server) : INoticeSource
{
    public static readonly Uri DefaultAddress = new("http://169.254.169.254/");

    private const string TokenHeader = "X-aws-ec2-metadata-token";
    private const string TokenSecondsHeader = "X-aws-ec2-metadata-token-ttl-seconds";
    private const string TokenSeconds = "21600";

    private static readonly SpotNotice Advice =
        new("aws-rebalance", "AWS: this instance is at higher risk of interruption", null) { IsAdvice = true };

    private string? _token;

    public string Provider => "aws";

    public async Task<bool> IsHereAsync(CancellationToken cancellationToken) =>
        await FetchTokenAsync(cancellationToken) && await AskAsync("latest/meta-data/instance-id", cancellationToken) is { IsGood: true };

    public async IAsyncEnumerable<SpotNotice> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var action = await AskAsync("latest/meta-data/spot/instance-action", cancellationToken);
            if (action is { IsGood: true } && given.Add(action.Text) && ReadAction(action.Text) is { } notice) yield return notice;
            var advice = await AskAsync("latest/meta-data/events/recommendations/rebalance", cancellationToken);
            if (advice is { IsGood: true } && given.Add(advice.Text))
                yield return Advice;
            await server.PauseAsync(cancellationToken);
        }
    }

    public Task AcknowledgeAsync(SpotNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> FetchTokenAsync(CancellationToken cancellationToken)
    {
        using var request = server.Request(HttpMethod.Put, "latest/api/token", TokenSecondsHeader, TokenSeconds);
        var answer = await server.SendAsync(request, cancellationToken);
        _token = answer is { IsGood: true, Text.Length: > 0 } ? answer.Text : null;
        return _token is not null;
    }

    private async Task<MetadataAnswer?> AskAsync(string path, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (_token is null && !await FetchTokenAsync(cancellationToken)) return null;
            using var request = server.Request(HttpMethod.Get, path, TokenHeader, _token!);
            var answer = await server.SendAsync(request, cancellationToken);

            // The token has run out, or the machine was moved.
            if (answer?.Status != HttpStatusCode.Unauthorized || tries > 1) return answer;
            _token = null;
        }
    }

    private SpotNotice? ReadAction(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var action = json.RootElement.GetProperty("action").GetString();
            var time = json.RootElement.GetProperty("time").GetDateTimeOffset();
            return new SpotNotice(
                "aws-instance-action", $"AWS: {action} at {time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)}Z", time);
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            server.Complain("instance-action cannot be read; two minutes are assumed");
            return new SpotNotice("aws-instance-action", "AWS: interruption", server.Now + TimeSpan.FromMinutes(2));
        }
    }
}
