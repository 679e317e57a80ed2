using System.Net;
using System.Text.RegularExpressions;
using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Alerts;

/// <summary>Posts alerts to an incoming webhook of Slack, which answers 200 and <c>ok</c>, or a word such as
/// <c>channel_is_archived</c>. Slack cannot tell a repeat.</summary>
internal sealed partial class SlackChannel(AlertHttp http, AlertSettings settings) : IAlertChannel
{
    /// <summary>Slack advises no more than 4,000 characters a text, and cuts at 40,000.</summary>
    private const int MaxLength = 4_000;

    public string Name => "slack";

    public bool KnowsRepeats => false;

    public Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var text = Escape(AlertContent.Cut(settings.TextOf(alert), MaxLength));
        var body = AlertContent.Json(json =>
        {
            json.WriteString("text", text);
            json.WriteBoolean("unfurl_links", false);
        });
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.SlackWebhookUrl!.Reveal()))
        {
            Content = AlertContent.Of(body, "application/json"),
        };
        return http.PostAsync(request, KnowsRepeats, Read, cancellationToken);
    }

    /// <summary>The three characters that Slack gives a meaning.</summary>
    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>What is no word of Slack's is somebody's page, which may hold the address.</summary>
    private static AlertAnswer? Read(HttpStatusCode status, string body)
    {
        var word = body.Trim();
        if ((int)status is not (>= 400 and < 500) || status is HttpStatusCode.TooManyRequests || !Word().IsMatch(word)) return null;
        return new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = AlertHttp.Status(status, word) };
    }

    [GeneratedRegex(@"\A[a-z]+(?:_[a-z]+){1,8}\z")]
    private static partial Regex Word();
}
