using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Alerts;

namespace Serverless.Alerts.Tests;

/// <summary>What each channel posts: the shapes that its receiver documents.</summary>
public sealed class ChannelTests
{
    private const string Text = """
        Run etl-1 completed: 998 of 1,000 flashpoints, 2 null
        Took 1h 02m, cost $12.40 on L40S, $0.40 of it for attempts that came to nothing.
        https://fanout.example.org/#/runs/etl-1
        """;

    [Fact]
    public async Task Webhook_AnAlert_IsPostedAsJsonWithItsKey()
    {
        await using var receiver = await Receiver.StartAsync();

        var answer = await SendAsync("webhook", receiver);

        answer.ShouldBe(new AlertAnswer { Outcome = AlertOutcome.Sent, Detail = "HTTP 200" });
        var post = receiver.Posts.ShouldHaveSingleItem();
        (post.Method, post.Path).ShouldBe(("POST", $"/hook/{Samples.Planted}"));
        post.Headers["Content-Type"].ShouldBe("application/json");
        post.Headers["Authorization"].ShouldBe($"Bearer {Samples.Planted}");
        post.Headers["Idempotency-Key"].ShouldBe(Samples.RunAlert().Id);
        var body = JsonDocument.Parse(post.Body).RootElement;
        body.GetProperty("id").GetString().ShouldBe(Samples.RunAlert().Id);
        body.GetProperty("event").GetString().ShouldBe("failed");
        body.GetProperty("at").GetDateTimeOffset().ShouldBe(Samples.At);
        body.GetProperty("text").GetString().ShouldBe(Text);
        body.GetProperty("link").GetString().ShouldBe("https://fanout.example.org/#/runs/etl-1");
        body.GetProperty("run").GetRawText().ShouldBe(
            "{\"run_id\":\"etl-1\",\"date\":\"2026-11-25\",\"state\":\"completed\",\"flashpoints\":1000,\"done\":998,\"null\":2,"
            + "\"duration_sec\":3720.5,\"gpu\":\"L40S\",\"cost\":12.4,\"wasted_cost\":0.4}");
    }

    [Fact]
    public async Task Slack_AnAlert_IsPostedAsText()
    {
        await using var receiver = await Receiver.StartAsync();

        var answer = await SendAsync("slack", receiver, Samples.RunAlert() with { Reason = "a < b & c > d" });

        answer.Outcome.ShouldBe(AlertOutcome.Sent);
        var post = receiver.Posts.ShouldHaveSingleItem();
        post.Path.ShouldBe($"/services/T0/B0/{Samples.Planted}");
        post.Headers["Content-Type"].ShouldBe("application/json");
        var body = JsonDocument.Parse(post.Body).RootElement;
        body.GetProperty("text").GetString().ShouldBe(Text.Replace("https:", "a &lt; b &amp; c &gt; d\nhttps:", StringComparison.Ordinal));
        body.EnumerateObject().Select(member => member.Name).ShouldBe(["text", "unfurl_links"]);
    }

    [Fact]
    public async Task Telegram_AnAlert_IsSentAsMessageToTheChat()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(200, """{"ok":true,"result":{"message_id":7}}""");

        var answer = await SendAsync("telegram", receiver);

        answer.Outcome.ShouldBe(AlertOutcome.Sent);
        var post = receiver.Posts.ShouldHaveSingleItem();
        post.Path.ShouldBe($"/bot123456:{Samples.Planted}/sendMessage");
        var body = JsonDocument.Parse(post.Body).RootElement;
        body.GetProperty("chat_id").GetInt64().ShouldBe(-1001234567890);
        body.GetProperty("text").GetString().ShouldBe(Text);
        body.GetProperty("link_preview_options").GetProperty("is_disabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Telegram_ATextThatIsTooLong_IsCutAtItsLimit()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(200, """{"ok":true}""");
        var title = string.Concat(Enumerable.Repeat("🙂", 3_000));

        await SendAsync("telegram", receiver, Samples.RunAlert() with { Title = "x" + title });

        var text = JsonDocument.Parse(receiver.Posts.Single().Body).RootElement.GetProperty("text").GetString()!;
        text.Length.ShouldBeInRange(4_094, 4_096);
        text.ShouldEndWith("🙂…");
    }

    [Fact]
    public async Task Telegram_AChannelsName_IsSentAsText()
    {
        await using var receiver = await Receiver.StartAsync();
        using var channels = Samples.Only("telegram", receiver.Address, ("TELEGRAM_CHAT_ID", "@fanout_alerts"));

        await channels.Routing.Channels.Single().SendAsync(Samples.RunAlert(), CancellationToken.None);

        JsonDocument.Parse(receiver.Posts.Single().Body).RootElement.GetProperty("chat_id").GetString().ShouldBe("@fanout_alerts");
    }

    [Fact]
    public async Task Sentry_AnAlert_IsAnEnvelopeOfOneEvent()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Standard = context => context.Response.WriteAsync($$"""{"id":"{{Samples.RunAlert().Id}}"}""");
        using var channels = Samples.Only("sentry", receiver.Address, ("ENVIRONMENT", "production eu/1"));

        var answer = await channels.Routing.Channels.Single().SendAsync(Samples.RunAlert(), CancellationToken.None);

        answer.Outcome.ShouldBe(AlertOutcome.Sent);
        var post = receiver.Posts.ShouldHaveSingleItem();
        post.Path.ShouldBe("/sentry/api/42/envelope/");
        post.Headers["Content-Type"].ShouldBe("application/x-sentry-envelope");
        post.Headers["X-Sentry-Auth"].ShouldBe($"Sentry sentry_version=7, sentry_client=fanout/0.1.0, sentry_key={Samples.Planted}");
        var lines = post.Body.Split('\n');
        lines.Length.ShouldBe(4);
        lines[3].ShouldBeEmpty();
        JsonDocument.Parse(lines[0]).RootElement.GetProperty("event_id").GetString().ShouldBe(Samples.RunAlert().Id);
        var item = JsonDocument.Parse(lines[1]).RootElement;
        item.GetProperty("type").GetString().ShouldBe("event");
        item.GetProperty("length").GetInt32().ShouldBe(System.Text.Encoding.UTF8.GetByteCount(lines[2]));
        var payload = JsonDocument.Parse(lines[2]).RootElement;
        payload.GetProperty("event_id").GetString()!.ShouldMatch("^[0-9a-f]{32}$");
        payload.GetProperty("event_id").GetString().ShouldBe(Samples.RunAlert().Id);
        payload.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(Samples.At);
        payload.GetProperty("level").GetString().ShouldBe("error");
        payload.GetProperty("release").GetString().ShouldBe("fanout@0.1.0");
        payload.GetProperty("environment").GetString().ShouldBe("production-eu-1");
        payload.GetProperty("message").GetProperty("formatted").GetString().ShouldBe(Text);
        payload.GetProperty("tags").GetProperty("run").GetString().ShouldBe("etl-1");
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("slack")]
    [InlineData("telegram")]
    [InlineData("sentry")]
    public async Task Channel_TheSameAlertTwice_IsPostedTheSame(string channel)
    {
        await using var receiver = await Receiver.StartAsync();

        await SendAsync(channel, receiver);
        await SendAsync(channel, receiver);

        receiver.Posts.Select(post => Unsent(post.Body)).Distinct().ShouldHaveSingleItem();
    }

    /// <summary>Without the instant at which it was sent, which only the envelope's header says.</summary>
    private static string Unsent(string body) => body.StartsWith("{\"event_id\"", StringComparison.Ordinal) ? body.Split('\n', 2)[1] : body;

    private static async Task<AlertAnswer> SendAsync(string channel, Receiver receiver, Alert? alert = null)
    {
        using var channels = Samples.Only(channel, receiver.Address);
        return await channels.Routing.Channels.Single().SendAsync(alert ?? Samples.RunAlert(), CancellationToken.None);
    }
}
