using System.Text.Json;
using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Core.Settings;

namespace Serverless.Alerts;

/// <summary>Posts alerts as JSON to a URL. The same alert has the same <c>Idempotency-Key</c>, so that a receiver can tell a
/// repeat.</summary>
internal sealed class WebhookChannel(AlertHttp http, AlertSettings settings) : IAlertChannel
{
    public string Name => "webhook";

    public bool KnowsRepeats => true;

    public Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var body = AlertContent.Json(json => Write(json, alert));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.WebhookUrl!.Reveal()))
        {
            Content = AlertContent.Of(body, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", alert.Id);
        foreach (var (name, value) in settings.WebhookHeaders)
        {
            // A header of the content is refused among those of the request, and the other way round.
            if (!request.Headers.TryAddWithoutValidation(name, value.Reveal()))
                request.Content.Headers.TryAddWithoutValidation(name, value.Reveal());
        }

        return http.PostAsync(request, KnowsRepeats, static (_, _) => null, cancellationToken);
    }

    private void Write(Utf8JsonWriter json, Alert alert)
    {
        json.WriteString("id", alert.Id);
        json.WriteString("event", alert.Event.Word());
        json.WriteString("at", alert.At.UtcDateTime);
        json.WriteString("title", alert.Title);
        json.WriteString("text", settings.TextOf(alert));
        if (alert.Reason is { } reason) json.WriteString("reason", reason);
        if (alert.Link is { } link) json.WriteString("link", link.AbsoluteUri);
        if (alert.Run is { } run)
        {
            json.WritePropertyName("run");
            JsonSerializer.Serialize(json, run, RunJson.Default.AlertRun);
        }

        if (alert.Pod is not { } pod) return;
        json.WritePropertyName("pod");
        JsonSerializer.Serialize(json, pod, RunJson.Default.AlertPod);
    }
}
