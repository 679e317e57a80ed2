using Serverless.Core.Alerts;
using Serverless.TestKit;

namespace Serverless.Alerts.Tests;

/// <summary>What answers mean: sent, again later, never, or nobody knows.</summary>
public sealed class AnswerTests
{
    public static TheoryData<string> All => new("webhook", "slack", "telegram", "sentry");

    [Theory]
    [MemberData(nameof(All))]
    public async Task Channel_ToldToWait_IsTriedAgainThen(string channel)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(429, "", ("Retry-After", "30"));

        (await SendAsync(channel, receiver)).ShouldBe(
            new AlertAnswer { Outcome = AlertOutcome.NotYet, Detail = "HTTP 429", RetryAfterSec = 30 });
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Channel_WhoseServerIsBroken_IsTriedAgain(string channel)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(503, "<html>sorry</html>");

        (await SendAsync(channel, receiver)).ShouldBe(new AlertAnswer { Outcome = AlertOutcome.NotYet, Detail = "HTTP 503" });
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Channel_ThatIsRefused_IsNotTriedAgainAndTellsNoAddress(string channel)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(404, $"Cannot POST /services/{Samples.Planted}");

        (await SendAsync(channel, receiver)).ShouldBe(new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = "HTTP 404" });
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Channel_ThatIsRedirected_DoesNotFollow(string channel)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(307, "", ("Location", $"{receiver.Address}/elsewhere"));

        (await SendAsync(channel, receiver)).Outcome.ShouldBe(AlertOutcome.Refused);
        receiver.Posts.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("webhook", AlertOutcome.NotYet)]
    [InlineData("sentry", AlertOutcome.NotYet)]
    [InlineData("slack", AlertOutcome.Unknown)]
    [InlineData("telegram", AlertOutcome.Unknown)]
    public async Task Channel_WhoseConnectionBreaksOff_IsTriedAgainOnlyWhereRepeatsAreKnown(string channel, AlertOutcome expected)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.BreakOff();

        (await SendAsync(channel, receiver)).Outcome.ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Channel_ThatCannotBeReached_IsTriedAgain(string channel)
    {
        using var closed = new ClosedPort();
        using var channels = Samples.Only(channel, closed.Address);

        var answer = await channels.Routing.Channels.Single().SendAsync(Samples.RunAlert(), CancellationToken.None);

        answer.ShouldBe(new AlertAnswer { Outcome = AlertOutcome.NotYet, Detail = "no connection" });
    }

    [Theory]
    [InlineData("webhook", AlertOutcome.NotYet)]
    [InlineData("slack", AlertOutcome.Unknown)]
    public async Task Channel_WithoutAnAnswerInTime_IsTriedAgainOnlyWhereRepeatsAreKnown(string channel, AlertOutcome expected)
    {
        await using var receiver = await Receiver.StartAsync();
        var (taken, release) = receiver.Hold();
        var clock = new ManualClock();
        using var channels = new AlertChannels(Samples.SettingsFor(receiver.Address), "0.1.0", clock);

        var sending = channels.Routing.Find(channel)!.SendAsync(Samples.RunAlert(), CancellationToken.None);
        await taken.WaitAsync(TimeSpan.FromSeconds(60));
        clock.Advance(AlertHttp.Patience);

        (await sending.WaitAsync(TimeSpan.FromSeconds(60))).Outcome.ShouldBe(expected);
        release();
    }

    [Theory]
    [InlineData(400, "invalid_payload")]
    [InlineData(403, "action_prohibited")]
    [InlineData(404, "channel_not_found")]
    [InlineData(410, "channel_is_archived")]
    public async Task Slack_ThatRefusesWithAWord_TellsIt(int status, string word)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(status, word);

        (await SendAsync("slack", receiver)).ShouldBe(
            new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = $"HTTP {status} ({word})" });
    }

    [Fact]
    public async Task Telegram_ThatAsksToWaitInItsBody_IsHeard()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(
            429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 17","parameters":{"retry_after":17}}""");

        (await SendAsync("telegram", receiver)).ShouldBe(new AlertAnswer
        {
            Outcome = AlertOutcome.NotYet,
            Detail = "HTTP 429 (Too Many Requests: retry after 17)",
            RetryAfterSec = 17,
        });
    }

    [Fact]
    public async Task Telegram_ThatRefuses_TellsWhyWithoutTheToken()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(400, $$"""{"ok":false,"error_code":400,"description":"Bad Request: chat not found 123456:{{Samples.Planted}}"}""");

        (await SendAsync("telegram", receiver)).ShouldBe(new AlertAnswer
        {
            Outcome = AlertOutcome.Refused,
            Detail = "HTTP 400 (Bad Request: chat not found (hidden))",
        });
    }

    [Fact]
    public async Task Webhook_WithALongAnswer_IsStillSent()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(200, new string('x', 300_000));

        (await SendAsync("webhook", receiver)).Outcome.ShouldBe(AlertOutcome.Sent);
    }

    private static async Task<AlertAnswer> SendAsync(string channel, Receiver receiver)
    {
        using var channels = Samples.Only(channel, receiver.Address);
        return await channels.Routing.Channels.Single().SendAsync(Samples.RunAlert(), CancellationToken.None);
    }
}
