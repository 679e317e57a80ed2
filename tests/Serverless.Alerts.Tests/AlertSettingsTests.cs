using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Alerts.Tests;

/// <summary>What may be set, and that no secret is told.</summary>
public sealed class AlertSettingsTests
{
    [Theory]
    [InlineData("completed", new[] { AlertEvent.Completed })]
    [InlineData(" Failed , restart-limit", new[] { AlertEvent.Failed, AlertEvent.RestartLimit })]
    [InlineData("nothing_seen,interrupted", new[] { AlertEvent.NothingSeen, AlertEvent.Interrupted })]
    public void AlertOn_Events_AreChosen(string text, AlertEvent[] expected) =>
        Parse(("ALERT_ON", text)).Settings!.Alerts.On.ShouldBe(expected);

    [Theory]
    [InlineData("ALERT_ON", "everything")]
    [InlineData("ALERT_ON", "test")]
    [InlineData("ALERT_WEBHOOK_URL", "file:///etc/passwd")]
    [InlineData("ALERT_WEBHOOK_URL", "https://user:word@example.org/")]
    [InlineData("ALERT_WEBHOOK_HEADERS", "Authorization: Bearer x")]
    [InlineData("SLACK_WEBHOOK_URL", "hooks.slack.com/services/x")]
    [InlineData("TELEGRAM_BOT_TOKEN", "123456:abc/../def")]
    [InlineData("TELEGRAM_CHAT_ID", "the chat")]
    [InlineData("TELEGRAM_API_URL", "https://example.org/bot")]
    [InlineData("SENTRY_DSN", "https://sentry.example.org/42")]
    [InlineData("SENTRY_DSN", "https://key@sentry.example.org/")]
    [InlineData("SENTRY_DSN", "ftp://key@sentry.example.org/42")]
    [InlineData("ALERT_TEMPLATE_RUN", "{pod}")]
    [InlineData("ALERT_TEMPLATE_POD", "{run}")]
    public void Setting_OfAnotherForm_IsRefusedWithWhatIsAllowed(string name, string value)
    {
        var error = Parse((name, value)).Errors.First(error => error.Name == name);

        error.Message.ShouldContain("Allowed: ");
        if (SettingDefinitions.Find(name)!.IsSecret) error.Message.ShouldNotContain(value);
    }

    [Theory]
    [InlineData("TELEGRAM_BOT_TOKEN", "1:a", "TELEGRAM_CHAT_ID")]
    [InlineData("TELEGRAM_CHAT_ID", "42", "TELEGRAM_BOT_TOKEN")]
    public void Telegram_WithOneOfTheTwo_NeedsTheOther(string name, string value, string missing) =>
        Parse((name, value)).Errors.ShouldHaveSingleItem().Message.ShouldStartWith($"{missing} is not set, but {name} is");

    [Theory]
    [InlineData("https://key@o1.ingest.sentry.io/42", "https://o1.ingest.sentry.io/api/42/envelope/")]
    [InlineData("https://key:old@sentry.example.org:8443/path/to/42", "https://sentry.example.org:8443/path/to/api/42/envelope/")]
    [InlineData("http://key@127.0.0.1:9000/1", "http://127.0.0.1:9000/api/1/envelope/")]
    public void Dsn_OfEachDocumentedForm_GivesItsEndpoint(string dsn, string endpoint)
    {
        var parsed = SentryDsn.Parse(dsn)!;

        parsed.Endpoint.AbsoluteUri.ShouldBe(endpoint);
        parsed.PublicKey.Reveal().ShouldBe("key");
    }

    [Fact]
    public void Settings_AsText_HideEverySecret()
    {
        var settings = Samples.SettingsFor("http://127.0.0.1:1");

        $"{settings} {settings.Alerts}".ShouldNotContain(Samples.Planted);
        using var channels = new AlertChannels(settings, "0.1.0", TimeProvider.System);
        channels.Routing.Channels.Select(channel => channel.Name).ShouldBe(["webhook", "slack", "telegram", "sentry"]);
        string.Join(' ', channels.Routing.Channels).ShouldNotContain(Samples.Planted);
    }

    private static SettingsResult Parse(params (string Name, string Value)[] values) =>
        SettingsParser.Parse([SettingSource.From("test", values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))]);
}
