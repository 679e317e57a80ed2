using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.TestKit;

namespace Serverless.Alerts.Tests;

/// <summary>Alerts and settings to test with.</summary>
internal static class Samples
{
    /// <summary>Planted in every address, token and key of <see cref="SettingsFor"/>: it must show up nowhere.</summary>
    public const string Planted = "s3cr3tPlanted";

    public static readonly DateTimeOffset At = new(2026, 11, 25, 3, 2, 1, TimeSpan.Zero);

    public static Alert RunAlert(int done = 998) => new()
    {
        Event = done == 1_000 ? AlertEvent.Completed : AlertEvent.Failed,
        Subject = "etl-1",
        Occurrence = "1",
        At = At,
        Title = $"Run etl-1 completed: {done} of 1,000 flashpoints, {1_000 - done} null",
        Link = new Uri("https://fanout.example.org/#/runs/etl-1"),
        Run = new AlertRun
        {
            RunId = "etl-1",
            Date = "2026-11-25",
            State = RunState.Completed,
            Flashpoints = 1_000,
            Done = done,
            DurationSec = 3_720.5,
            Gpu = "L40S",
            Cost = 12.4m,
            WastedCost = 0.4m,
        },
    };

    /// <summary>All four channels, at one receiver.</summary>
    public static FanOutSettings SettingsFor(string address, params (string Name, string Value)[] more)
    {
        var host = new Uri(address).Authority;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ALERT_WEBHOOK_URL"] = $"{address}/hook/{Planted}?key={Planted}",
            ["ALERT_WEBHOOK_HEADERS"] = $$"""{"Authorization":"Bearer {{Planted}}"}""",
            ["SLACK_WEBHOOK_URL"] = $"{address}/services/T0/B0/{Planted}",
            ["TELEGRAM_BOT_TOKEN"] = $"123456:{Planted}",
            ["TELEGRAM_CHAT_ID"] = "-1001234567890",
            ["TELEGRAM_API_URL"] = address,
            ["SENTRY_DSN"] = $"http://{Planted}@{host}/sentry/42",
        };
        foreach (var (name, value) in more)
        {
            if (value.Length == 0) values.Remove(name);
            else values[name] = value;
        }

        var result = SettingsParser.Parse([SettingSource.From("test", values)]);
        result.Errors.Select(error => error.Message).ShouldBeEmpty();
        return result.Settings!;
    }

    /// <summary>One of the four channels, on a clock that stands still: however busy the machine is, an answer comes in time.</summary>
    public static AlertChannels Only(string channel, string address, params (string Name, string Value)[] more)
    {
        string[] others =
        [
            .. channel == "webhook" ? [] : (string[])["ALERT_WEBHOOK_URL"],
            .. channel == "slack" ? [] : (string[])["SLACK_WEBHOOK_URL"],
            .. channel == "telegram" ? [] : (string[])["TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID"],
            .. channel == "sentry" ? [] : (string[])["SENTRY_DSN"],
        ];
        return new AlertChannels(SettingsFor(address, [.. others.Select(name => (name, "")), .. more]), "0.1.0", new ManualClock());
    }
}
