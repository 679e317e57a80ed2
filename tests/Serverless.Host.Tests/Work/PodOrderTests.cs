using System.Net;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.Protocol;

namespace Serverless.Host.Tests.Work;

/// <summary>What people order of pods by the API.</summary>
public sealed class PodOrderTests
{
    private const string PodKey = "aaaaaaaaaaaaaaaaaaaa";
    private const string Reader = "bbbbbbbbbbbbbbbbbbbb";
    private const string Writer = "cccccccccccccccccccc";

    private static readonly HostHarnessOptions WithPods = new() { Pods = true };

    private static readonly HostHarnessOptions WithKeys = new()
    {
        Pods = true,
        Settings = new FanOutSettings
        {
            PodKeys = new Secret($"gpu={PodKey}"),
            ApiKey = new Secret($"ops={Writer},board:read={Reader}"),
        },
    };

    [Theory]
    [InlineData("drain", WorkCommand.Drain)]
    [InlineData("stop", WorkCommand.Stop)]
    public async Task Order_ToAPod_IsToldUntilItIsTakenBackAlsoByTheNextHost(string word, WorkCommand order)
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        await new FakePod(host).BeatAsync();

        var answer = (await host.PostAsync($"/api/pods/local/p1/{word}", "")).With(HttpStatusCode.OK).Json;

        (answer.GetProperty("name").GetString(), answer.GetProperty("order").GetString()).ShouldBe(("local/p1", word));
        (await new FakePod(host).BeatAsync()).Command.ShouldBe(order);
        await host.StopAsync();
        await host.StartAgainAsync();
        (await new FakePod(host, session: "s2").BeatAsync()).Command.ShouldBe(order);
        (await host.GetJsonAsync("/api/queue")).GetProperty("pods")[0].GetProperty("order").GetString().ShouldBe(word);

        (await host.PostAsync("/api/pods/local/p1/resume", "")).With(HttpStatusCode.OK).Json.TryGetProperty("order", out _).ShouldBeFalse();
        (await new FakePod(host, session: "s2").BeatAsync()).Command.ShouldBe(WorkCommand.Continue);
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("stop")]
    [InlineData("resume")]
    public async Task Order_ToAPodThatNobodyKnows_IsRefusedByItsName(string word)
    {
        await using var host = await HostHarness.StartAsync(WithPods);

        var answer = (await host.PostAsync($"/api/pods/gpu/p9/{word}", "")).With(HttpStatusCode.NotFound);

        (answer.Problem, answer.Field).ShouldBe(("not-found", "pod"));
        answer.Detail.ShouldBe("There is no pod \"gpu/p9\". GET /api/queue lists those that are known.");
    }

    [Fact]
    public async Task Order_ToAPodOfAnOddName_FindsIt()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        const string Name = "h 1?%2E#+";
        await new FakePod(host, Name).BeatAsync();

        (await host.PostAsync($"/api/pods/local/{Uri.EscapeDataString(Name)}/drain", "")).With(HttpStatusCode.OK)
            .Json.GetProperty("name").GetString().ShouldBe($"local/{Name}");
    }

    [Fact]
    public async Task Order_ByWhoMayNotGiveAny_IsRefusedAndNotTold()
    {
        await using var host = await HostHarness.StartAsync(WithKeys);
        var pod = new FakePod(host, key: PodKey);
        await pod.BeatAsync();

        (await host.PostAsync("/api/pods/gpu/p1/drain", "")).With(HttpStatusCode.Unauthorized);
        (await host.PostAsync("/api/pods/gpu/p1/drain", "", ("x-functions-key", PodKey))).With(HttpStatusCode.Unauthorized);
        (await host.PostAsync("/api/pods/gpu/p1/drain", "", ("x-functions-key", Reader))).With(HttpStatusCode.Forbidden)
            .Detail.ShouldBe("The key \"board\" may only look.");
        (await pod.BeatAsync()).Command.ShouldBe(WorkCommand.Continue);

        (await host.PostAsync("/api/pods/gpu/p1/drain", "", ("x-functions-key", Writer))).With(HttpStatusCode.OK);
        (await pod.BeatAsync()).Command.ShouldBe(WorkCommand.Drain);
    }

    [Fact]
    public async Task Order_OfAHostWithoutAQueue_SaysSo()
    {
        await using var host = await HostHarness.StartAsync();

        (await host.PostAsync("/api/pods/local/p1/drain", "")).With(HttpStatusCode.NotImplemented).Problem.ShouldBe("not-supported");
    }
}
