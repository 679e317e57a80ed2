using System.Globalization;
using System.Text.Json;
using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Alerts;

/// <summary>Posts alerts to Sentry as envelopes of one event each. The event's id is the alert's, so a repeat is the same event
/// to Sentry.</summary>
internal sealed class SentryChannel(AlertHttp http, AlertSettings settings, string version, TimeProvider time) : IAlertChannel
{
    private const int MaxMessageLength = 8_192;
    private const int MaxTagLength = 200;
    private const int MaxEnvironmentLength = 64;

    private readonly SentryDsn _dsn = SentryDsn.Parse(settings.SentryDsn!.Reveal())!;

    public string Name => "sentry";

    public bool KnowsRepeats => true;

    public Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _dsn.Endpoint)
        {
            Content = AlertContent.Of(Envelope(alert), "application/x-sentry-envelope"),
        };
        request.Headers.TryAddWithoutValidation(
            "X-Sentry-Auth", $"Sentry sentry_version=7, sentry_client=fanout/{version}, sentry_key={_dsn.PublicKey.Reveal()}");
        return http.PostAsync(request, KnowsRepeats, static (_, _) => null, cancellationToken);
    }

    /// <summary>Three lines: the envelope's header, the item's header, the item.</summary>
    private byte[] Envelope(Alert alert)
    {
        var item = AlertContent.Json(json => WriteEvent(json, alert));
        var header = AlertContent.Json(json =>
        {
            json.WriteString("event_id", alert.Id);
            json.WriteString("sent_at", time.GetUtcNow().UtcDateTime);
        });
        var itemHeader = AlertContent.Json(json =>
        {
            json.WriteString("type", "event");
            json.WriteString("content_type", "application/json");
            json.WriteNumber("length", item.Length);
        });
        return [.. header, (byte)'\n', .. itemHeader, (byte)'\n', .. item, (byte)'\n'];
    }

    private void WriteEvent(Utf8JsonWriter json, Alert alert)
    {
        json.WriteString("event_id", alert.Id);
        json.WriteString("timestamp", alert.At.UtcDateTime);
        json.WriteString("platform", "csharp");
        json.WriteString("level", LevelOf(alert.Event));
        json.WriteString("logger", "fanout");
        json.WriteString("release", $"fanout@{version}");
        if (EnvironmentName() is { Length: > 0 } environment) json.WriteString("environment", environment);
        json.WriteStartObject("message");
        json.WriteString("formatted", AlertContent.Cut(settings.TextOf(alert), MaxMessageLength));
        json.WriteEndObject();
        WriteTags(json, alert);

        // Alerts of a kind are one issue: a thousand failed runs are not a thousand.
        json.WriteStartArray("fingerprint");
        json.WriteStringValue("fanout");
        json.WriteStringValue(alert.Event.Word());
        json.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject("tags");
        json.WriteString("event", alert.Event.Word());
        if (alert.Run is { } run)
        {
            json.WriteString("run", AlertContent.Cut(run.RunId, MaxTagLength));
            json.WriteString("state", run.State.ToString().ToLowerInvariant());
            json.WriteString("null", run.Null.ToString(CultureInfo.InvariantCulture));
        }

        if (alert.Pod is { } pod) json.WriteString("pod", AlertContent.Cut(pod.PodId, MaxTagLength));
        json.WriteEndObject();
    }

    private static string LevelOf(AlertEvent alert) => alert switch
    {
        AlertEvent.Completed or AlertEvent.Test => "info",
        AlertEvent.Interrupted => "warning",
        _ => "error",
    };

    /// <summary>Sentry's names have no blank and no slash, and at most 64 characters.</summary>
    private string? EnvironmentName()
    {
        if (settings.Environment is not { } text) return null;
        var name = new string(
            [.. text.Select(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter == '/' ? '-' : letter)]);
        return name.Length <= MaxEnvironmentLength ? name : name[..MaxEnvironmentLength];
    }
}
