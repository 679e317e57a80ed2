using System.Net;
using System.Text.Json;
using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Alerts;

/// <summary>Sends alerts with <c>sendMessage</c> of Telegram's bot API. Telegram cannot tell a repeat.</summary>
internal sealed class TelegramChannel(AlertHttp http, AlertSettings settings) : IAlertChannel
{
    /// <summary>Telegram refuses a longer text.</summary>
    private const int MaxLength = 4_096;

    private const int MaxDescriptionLength = 200;

    public string Name => "telegram";

    public bool KnowsRepeats => false;

    public Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var text = AlertContent.Cut(settings.TextOf(alert), MaxLength);
        var body = AlertContent.Json(json =>
        {
            if (long.TryParse(settings.TelegramChatId, out var number)) json.WriteNumber("chat_id", number);
            else json.WriteString("chat_id", settings.TelegramChatId);
            json.WriteString("text", text);
            json.WriteStartObject("link_preview_options");
            json.WriteBoolean("is_disabled", true);
            json.WriteEndObject();
        });
        var address = $"{settings.TelegramApiUrl.AbsoluteUri.TrimEnd('/')}/bot{settings.TelegramBotToken!.Reveal()}/sendMessage";
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address)) { Content = AlertContent.Of(body, "application/json") };
        return http.PostAsync(request, KnowsRepeats, Read, cancellationToken);
    }

    /// <summary><c>{"ok":false,"error_code":429,"description":"…","parameters":{"retry_after":5}}</c></summary>
    private AlertAnswer? Read(HttpStatusCode status, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(status, document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private AlertAnswer? Read(HttpStatusCode status, JsonElement answer)
    {
        if (!answer.TryGetProperty("ok", out var ok)) return null;
        if (ok.ValueKind == JsonValueKind.True) return null;
        var code = answer.TryGetProperty("error_code", out var said) && said.TryGetInt32(out var number) ? number : (int)status;
        return new AlertAnswer
        {
            Outcome = code is 429 or >= 500 ? AlertOutcome.NotYet : AlertOutcome.Refused,
            Detail = AlertHttp.Status((HttpStatusCode)code, Description(answer)),
            RetryAfterSec = RetryAfter(answer),
        };
    }

    private string? Description(JsonElement answer)
    {
        if (!answer.TryGetProperty("description", out var said) || said.ValueKind != JsonValueKind.String) return null;
        var text = new string([.. said.GetString()!.Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        return AlertContent.Cut(text, MaxDescriptionLength).Replace(
            settings.TelegramBotToken!.Reveal(), Secret.Hidden, StringComparison.Ordinal);
    }

    private static double? RetryAfter(JsonElement answer) =>
        answer.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty("retry_after", out var after) && after.TryGetDouble(out var seconds)
            ? seconds
            : null;
}
