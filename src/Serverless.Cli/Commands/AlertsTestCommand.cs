using System.Globalization;
using Serverless.Alerts;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Sends a test message on every channel, once, and says what each answered.</summary>
internal sealed class AlertsTestCommand(CommandContext context)
{
    public async Task<int> RunAsync(SettingSource commandLine, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(commandLine);
        using var channels = new AlertChannels(settings, VersionText.Current, context.Clock);
        var routing = channels.Routing;
        if (routing.Channels.Count == 0)
        {
            throw CommandFailedException.Usage(
                "nobody is told of anything: no channel is set",
                "Set ALERT_WEBHOOK_URL, SLACK_WEBHOOK_URL, TELEGRAM_BOT_TOKEN with TELEGRAM_CHAT_ID, or SENTRY_DSN (docs/alerts.md).");
        }

        var alert = Test(context.Clock.GetUtcNow(), routing.PublicUrl);
        var sent = await Task.WhenAll(routing.Channels.Select(async channel =>
            (channel.Name, Answer: await channel.SendAsync(alert, cancellationToken))));
        var table = Tables.Create("Channel", "Test message", "Answer").WrappingLast();
        foreach (var (name, answer) in sent) table.Add(name, Word(answer.Outcome), Detail(answer));
        context.Terminal.Output.Write(table);
        context.Terminal.Output.Line($"People are told of: {string.Join(", ", settings.Alerts.On.Select(one => one.Word()))} (ALERT_ON).");
        return sent.All(one => one.Answer.Outcome == AlertOutcome.Sent) ? ExitCode.Success : ExitCode.Failed;
    }

    private static Alert Test(DateTimeOffset now, Uri? publicUrl) => new()
    {
        Event = AlertEvent.Test,
        Subject = "fanout",
        Occurrence = now.UtcTicks.ToString(CultureInfo.InvariantCulture),
        At = now,
        Title = "Test message from fanout: alerts arrive here",
        Link = publicUrl,
    };

    private static string Word(AlertOutcome outcome) => outcome switch
    {
        AlertOutcome.Sent => "sent",
        AlertOutcome.Refused => "refused",
        AlertOutcome.NotYet => "not sent",
        _ => "may have arrived",
    };

    private static string Detail(AlertAnswer answer) => Printable.OneLine(
        answer.RetryAfterSec is { } wait
            ? string.Create(CultureInfo.InvariantCulture, $"{answer.Detail}; asks to wait {wait:0.#} s")
            : answer.Detail,
        Printable.LogLength);
}
