using System.Text.Json;
using Serverless.Core.Alerts;
using Serverless.Core.Tests.Alerts;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Looking;

/// <summary>What people were told, over HTTP.</summary>
public sealed class AlertsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 3, 2, 1, TimeSpan.Zero);

    [Fact]
    public async Task Alerts_BeforeAny_AreNone()
    {
        await using var host = await HostHarness.StartAsync();

        (await host.GetJsonAsync("/api/alerts")).GetProperty("alerts").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Alerts_OfARunAndOfAPod_TellTheNewestFirstAndHowEachChannelStands()
    {
        var chat = new FakeChannel("chat") { Answer = Answers(AlertOutcome.Sent, AlertOutcome.Unknown) };
        var hook = new FakeChannel("hook") { Answer = Answers(AlertOutcome.Refused, AlertOutcome.NotYet) };
        await using var host = await HostHarness.StartAsync(new() { Alerts = new AlertRouting { Channels = [hook, chat] } });
        await host.StartAsync("first");
        await StandsAsync(host, "first", "chat sent, hook refused");

        await new AlertDispatch(host.Engine.Client, host.Alerts)
            .RaiseAsync(PodAlerts.RestartLimit("pods/a", 10, At, "exit code 1"), CancellationToken.None);

        await StandsAsync(host, "pods/a", "chat unknown, hook waiting");
        var alerts = await ListAsync(host);
        alerts.Select(one => one.GetProperty("alert").GetProperty("event").GetString()).ShouldBe(["restart_limit", "completed"]);
        alerts[0].GetProperty("alert").GetProperty("reason").GetString().ShouldBe("exit code 1");
        alerts[1].GetProperty("alert").GetProperty("run").GetProperty("run_id").GetString().ShouldBe("first");
        alerts[1].GetProperty("channels")[1].GetRawText().ShouldBe(
            """{"channel":"hook","state":"refused","detail":"Refused, answer 1","tries":1}""");
    }

    [Fact]
    public async Task Alerts_MoreThanAreShown_AreTheNewestWithAllTheirChannels()
    {
        FakeChannel[] channels = [new("a"), new("b"), new("c"), new("d")];
        await using var host = await HostHarness.StartAsync(new() { Alerts = new AlertRouting { Channels = channels } });
        var dispatch = new AlertDispatch(host.Engine.Client, host.Alerts);
        for (var i = 1; i <= AlertList.Size + 5; i++)
            await dispatch.RaiseAsync(PodAlerts.Interrupted($"pod-{i}", "1", At, reason: null), CancellationToken.None);

        var alerts = await ListAsync(host);

        alerts.Select(one => one.GetProperty("alert").GetProperty("subject").GetString())
            .ShouldBe(Enumerable.Range(6, AlertList.Size).Reverse().Select(i => $"pod-{i}"));
        alerts.ShouldAllBe(one => one.GetProperty("channels").GetArrayLength() == 4);
    }

    private static Func<int, Task<AlertAnswer>> Answers(params AlertOutcome[] outcomes) => number =>
    {
        var outcome = outcomes[Math.Min(number, outcomes.Length) - 1];
        return Task.FromResult(new AlertAnswer { Outcome = outcome, Detail = $"{outcome}, answer {number}" });
    };

    private static Task<string?> StandsAsync(HostHarness host, string subject, string channels) => Calls.UntilAsync(
        async () => (await ListAsync(host))
            .Where(one => one.GetProperty("alert").GetProperty("subject").GetString() == subject)
            .Select(one => string.Join(", ", one.GetProperty("channels").EnumerateArray().Select(
                channel => $"{channel.GetProperty("channel").GetString()} {channel.GetProperty("state").GetString()}")))
            .FirstOrDefault(),
        seen => seen == channels);

    private static async Task<List<JsonElement>> ListAsync(HostHarness host) =>
        [.. (await host.GetJsonAsync("/api/alerts")).GetProperty("alerts").EnumerateArray()];
}
