using Serverless.Core.Alerts;

namespace Serverless.Core.Settings;

/// <summary>Who is told of what, as the settings say.</summary>
public sealed record AlertSettings
{
    /// <summary><c>ALERT_ON</c>: what is told. Default: all.</summary>
    public IReadOnlyCollection<AlertEvent> On { get; init; } = AlertEvents.Chosen;

    /// <summary><c>ALERT_WEBHOOK_URL</c>, secret. Default: not set.</summary>
    public Secret? WebhookUrl { get; init; }

    /// <summary><c>ALERT_WEBHOOK_HEADERS</c>, secret: headers for <see cref="WebhookUrl"/>. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> WebhookHeaders { get; init; } = [];

    /// <summary><c>SLACK_WEBHOOK_URL</c>, secret. Default: not set.</summary>
    public Secret? SlackWebhookUrl { get; init; }

    /// <summary><c>TELEGRAM_BOT_TOKEN</c>, secret. Set together with <see cref="TelegramChatId"/>. Default: not set.</summary>
    public Secret? TelegramBotToken { get; init; }

    /// <summary><c>TELEGRAM_CHAT_ID</c>: the chat that the bot writes to. Default: not set.</summary>
    public string? TelegramChatId { get; init; }

    /// <summary><c>TELEGRAM_API_URL</c>: the server of the bot API. Default: Telegram's.</summary>
    public Uri TelegramApiUrl { get; init; } = new("https://api.telegram.org");

    /// <summary><c>SENTRY_DSN</c>, secret. Default: not set.</summary>
    public Secret? SentryDsn { get; init; }

    /// <summary><c>ENVIRONMENT</c>: told to Sentry. Default: not set.</summary>
    public string? Environment { get; init; }

    /// <summary><c>ALERT_TEMPLATE_RUN</c>: the text about a run. Default: title, details, reason, link.</summary>
    public AlertTemplate RunTemplate { get; init; } = AlertTemplate.Standard;

    /// <summary><c>ALERT_TEMPLATE_POD</c>: the text about a pod. Default: title, reason, link.</summary>
    public AlertTemplate PodTemplate { get; init; } = AlertTemplate.Standard;

    /// <summary>The text for an alert.</summary>
    public string TextOf(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return (alert.Run is not null ? RunTemplate : alert.Event == AlertEvent.Test ? AlertTemplate.Standard : PodTemplate).Fill(alert);
    }
}
