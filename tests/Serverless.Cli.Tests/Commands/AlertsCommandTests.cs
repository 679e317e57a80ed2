using Serverless.Alerts.Tests;
using Serverless.Cli.Tests.Doubles;

namespace Serverless.Cli.Tests.Commands;

/// <summary>Trying whether alerts arrive.</summary>
public sealed class AlertsCommandTests
{
    private const string Planted = "s3cr3tPlanted";

    [Fact]
    public async Task Test_OfTwoChannels_SaysWhatEachAnswered()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var busy = await Receiver.StartAsync();
        busy.Answer(429, $"go away {Planted}", ("Retry-After", "30"));
        using var cli = new CommandLineHarness();
        cli.Environment["ALERT_WEBHOOK_URL"] = $"{receiver.Address}/{Planted}";
        cli.Environment["SLACK_WEBHOOK_URL"] = $"{busy.Address}/{Planted}";
        cli.Environment["ALERT_ON"] = "failed";

        (await cli.RunAsync("alerts", "test")).ShouldBe(1, cli.Error);

        cli.Output.ShouldContain("webhook   sent           HTTP 200");
        cli.Output.ShouldContain("slack     not sent       HTTP 429; asks to wait 30 s");
        cli.Output.ShouldContain("People are told of: failed (ALERT_ON).");
        receiver.Posts.ShouldHaveSingleItem().Body.ShouldContain("Test message from fanout: alerts arrive here");
        (cli.Output + cli.Error).ShouldNotContain(Planted);
        cli.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Test_OfChannelsThatTakeIt_IsASuccess()
    {
        await using var receiver = await Receiver.StartAsync();
        using var cli = new CommandLineHarness();
        cli.Environment["TELEGRAM_BOT_TOKEN"] = $"1:{Planted}";
        cli.Environment["TELEGRAM_CHAT_ID"] = "42";
        cli.Environment["TELEGRAM_API_URL"] = receiver.Address;

        (await cli.RunAsync("alerts", "test")).ShouldBe(0, cli.Error);

        receiver.Posts.ShouldHaveSingleItem().Path.ShouldBe($"/bot1:{Planted}/sendMessage");
    }

    [Fact]
    public async Task Test_WithoutAnyChannel_SaysWhatToSet()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("alerts", "test")).ShouldBe(2);

        cli.Error.ShouldContain("nobody is told of anything: no channel is set");
        cli.Error.ShouldContain("SLACK_WEBHOOK_URL");
    }

    [Fact]
    public async Task Alerts_WithoutACommand_IsRefused()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("alerts")).ShouldBe(2);
    }
}
