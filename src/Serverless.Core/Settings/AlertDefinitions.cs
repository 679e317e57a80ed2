using System.Text.RegularExpressions;
using Serverless.Core.Alerts;

namespace Serverless.Core.Settings;

/// <summary>The settings of who is told of what.</summary>
internal static partial class AlertDefinitions
{
    private const string NotTold = "nobody is told so";

    public static SettingDefinition BotToken { get; } = new()
    {
        Name = "TELEGRAM_BOT_TOKEN",
        Summary = "The token of the Telegram bot that tells people.",
        Unit = "text",
        Allowed = "what BotFather gave: digits, a colon, and letters, digits, - or _",
        WhenNotSet = NotTold,
        IsSecret = true,
        Apply = (settings, text) => BotTokenForm().IsMatch(text)
            ? With(settings, alerts => alerts with { TelegramBotToken = new Secret(text) })
            : null,
    };

    public static SettingDefinition ChatId { get; } = new()
    {
        Name = "TELEGRAM_CHAT_ID",
        Summary = "The Telegram chat that the bot writes to.",
        Unit = "id",
        Allowed = "a chat's number, such as -1001234567890, or the @name of a channel",
        WhenNotSet = "needed with TELEGRAM_BOT_TOKEN",
        Apply = (settings, text) => ChatIdForm().IsMatch(text) ? With(settings, alerts => alerts with { TelegramChatId = text }) : null,
    };

    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        new()
        {
            Name = "ALERT_ON",
            Summary = "What people are told of, on every channel that is set.",
            Unit = "events, comma-separated",
            Allowed = string.Join(", ", AlertEvents.Chosen.Select(one => one.Word())),
            Default = string.Join(',', AlertEvents.Chosen.Select(one => one.Word())),
            Apply = (settings, text) => Events(text) is { } events ? With(settings, alerts => alerts with { On = events }) : null,
        },
        Address(
            "ALERT_WEBHOOK_URL", "A URL that alerts are posted to as JSON.",
            (alerts, url) => alerts with { WebhookUrl = url }),
        new()
        {
            Name = "ALERT_WEBHOOK_HEADERS",
            Summary = "Headers that are sent to ALERT_WEBHOOK_URL, and to no other.",
            Unit = "JSON object",
            Allowed = """header names and their values, such as {"Authorization":"Bearer …"}""",
            WhenNotSet = "no further headers",
            IsSecret = true,
            Apply = (settings, text) => HeaderList.Parse(text) is { } headers
                ? With(settings, alerts => alerts with { WebhookHeaders = headers })
                : null,
        },
        Address(
            "SLACK_WEBHOOK_URL", "The incoming webhook of a Slack channel.",
            (alerts, url) => alerts with { SlackWebhookUrl = url }),
        BotToken,
        ChatId,
        new()
        {
            Name = "TELEGRAM_API_URL",
            Summary = "The server of Telegram's bot API, for those who run one themselves.",
            Unit = "URL",
            Allowed = "an http:// or https:// URL without a path",
            Default = "https://api.telegram.org",
            Apply = (settings, text) => SettingValues.HttpUrl(text) is { PathAndQuery: "/" } url
                ? With(settings, alerts => alerts with { TelegramApiUrl = url })
                : null,
        },
        new()
        {
            Name = "SENTRY_DSN",
            Summary = "The DSN of a Sentry project that gets alerts as events.",
            Unit = "URL",
            Allowed = "https://KEY@HOST/PROJECT, as Sentry shows it",
            WhenNotSet = NotTold,
            IsSecret = true,
            Apply = (settings, text) => SentryDsn.Parse(text) is not null
                ? With(settings, alerts => alerts with { SentryDsn = new Secret(text) })
                : null,
        },
        new()
        {
            Name = "ENVIRONMENT",
            Summary = "What Sentry is told of where this runs, such as production.",
            Unit = "name",
            Allowed = "any text; what Sentry does not take of it becomes -",
            WhenNotSet = "Sentry is told none",
            Apply = (settings, text) => With(settings, alerts => alerts with { Environment = text }),
        },
        Template(
            "ALERT_TEMPLATE_RUN", "The text of alerts about runs.", AlertTemplate.RunNames,
            (alerts, template) => alerts with { RunTemplate = template }),
        Template(
            "ALERT_TEMPLATE_POD", "The text of alerts about pods.", AlertTemplate.PodNames,
            (alerts, template) => alerts with { PodTemplate = template }),
    ];

    private static SettingDefinition Address(string name, string summary, Func<AlertSettings, Secret, AlertSettings> apply) => new()
    {
        Name = name,
        Summary = summary,
        Unit = "URL",
        Allowed = "an http:// or https:// URL without a user",
        WhenNotSet = NotTold,
        IsSecret = true,
        Apply = (settings, text) => SettingValues.HttpUrl(text) is not null
            ? With(settings, alerts => apply(alerts, new Secret(text)))
            : null,
    };

    private static SettingDefinition Template(
        string name, string summary, IReadOnlyList<string> names, Func<AlertSettings, AlertTemplate, AlertSettings> apply) => new()
        {
            Name = name,
            Summary = summary,
            Unit = "text",
            Allowed = $"text with any of {string.Join(' ', names.Select(one => $"{{{one}}}"))}; {{{{ and }}}} are braces",
            WhenNotSet = "title, details, reason and link, a line each",
            Apply = (settings, text) => AlertTemplate.Parse(text, names) is { } template
                ? With(settings, alerts => apply(alerts, template))
                : null,
        };

    private static FanOutSettings With(FanOutSettings settings, Func<AlertSettings, AlertSettings> change) =>
        settings with { Alerts = change(settings.Alerts) };

    private static IReadOnlyList<AlertEvent>? Events(string text)
    {
        var events = text.Split(',', StringSplitOptions.TrimEntries).Select(AlertEvents.Find).ToList();
        if (events.Exists(one => one is null)) return null;

        // All of them is the default, and equal to it.
        return AlertEvents.Chosen.All(one => events.Contains(one)) ? AlertEvents.Chosen : events.ConvertAll(one => one!.Value);
    }

    [GeneratedRegex(@"\A[0-9]{1,20}:[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex BotTokenForm();

    [GeneratedRegex(@"\A(?:-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{0,63})\z")]
    private static partial Regex ChatIdForm();
}
