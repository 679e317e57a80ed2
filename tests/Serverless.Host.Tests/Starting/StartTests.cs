using System.Net;
using System.Text;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Starting;

public sealed class StartTests
{
    [Fact]
    public async Task Start_OfANewRun_IsAcceptedWithLinksBeforeAnyWorkIsDone()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });

        var answer = (await host.PostAsync("/api/runs", Calls.RunBody("new"))).With(HttpStatusCode.Accepted);

        var status = $"{host.Address.AbsoluteUri}runtime/webhooks/durabletask/instances/new";
        answer.Header("Location").ShouldBe(status);
        answer.Header("Retry-After").ShouldBe("10");
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "rewindPostUri", "purgeHistoryDeleteUri",
            "restartPostUri", "suspendPostUri", "resumePostUri",
        ]);
        answer.Json.GetProperty("id").GetString().ShouldBe("new");
        answer.Json.GetProperty("statusQueryGetUri").GetString().ShouldBe(status);
        answer.Json.GetProperty("terminatePostUri").GetString().ShouldBe(status + "/terminate?reason={text}");
    }

    [Fact]
    public async Task Start_OfARunThatRuns_GivesTheSameLinksAndStartsNothing()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        var first = (await host.PostAsync("/api/runs", Calls.RunBody("again", 1))).With(HttpStatusCode.Accepted);
        await gate.Seen;

        var second = (await host.PostAsync("/api/runs", Calls.RunBody("again", 1))).With(HttpStatusCode.OK);

        second.Text.ShouldBe(first.Text);
        second.Header("Location").ShouldBe(first.Header("Location"));
        host.Backend.Submissions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Start_OfARunThatRan_GivesTheSameLinksAndStartsNothing()
    {
        await using var host = await HostHarness.StartAsync();
        var first = (await host.PostAsync("/api/runs", Calls.RunBody("again"))).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("again");

        var second = (await host.PostAsync("/api/runs", Calls.RunBody("again"))).With(HttpStatusCode.OK);

        second.Text.ShouldBe(first.Text);
        host.Backend.Submissions.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Start_Always_HandsTheTimeLimitsOfTheSettingsToWorkers()
    {
        await using var host = await HostHarness.StartAsync(new()
        {
            Settings = new()
            {
                RequestTimeout = TimeSpan.FromSeconds(60),
                GpuTimeout = TimeSpan.FromSeconds(50),
                RenderTimeout = TimeSpan.FromSeconds(40),
                ScrapeTimeout = TimeSpan.FromSeconds(30),
                NavigationTimeout = TimeSpan.FromSeconds(20),
                ModelTimeout = TimeSpan.FromSeconds(10),
            },
        });

        (await host.PostAsync("/api/runs", Calls.RunBody("limits", 1))).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("limits");

        Encoding.UTF8.GetString(host.Backend.Submissions.Single().Request.Input.Span).ShouldEndWith(
            """"timeouts":{"request_s":60,"gpu_s":50,"render_s":40,"scrape_s":30,"navigation_s":20,"model_s":10}}"""");
    }

    [Fact]
    public async Task Start_WithoutAnId_NamesTheRunByDayAndList()
    {
        await using var host = await HostHarness.StartAsync();
        var body = $$"""{"date":"2025-03-04","flashpoints":{{Calls.List(2)}}}""";

        var first = (await host.PostAsync("/api/runs", body)).With(HttpStatusCode.Accepted);
        var second = (await host.PostAsync("/api/runs", body)).With(HttpStatusCode.OK);

        first.Json.GetProperty("id").GetString()!.ShouldStartWith("etl-2025-03-04-");
        second.Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task Start_WithEveryMember_MakesTheRunThatIsAskedFor()
    {
        await using var host = await HostHarness.StartAsync();
        var body = $$"""
            {"date":"2025-03-04","trigger":"nightly","cleanup":false,"workers":2,"run_id":"all-members",
             "options":{"chunk_size":2,"by":"weight","max_attempts":1},"flashpoints":{{Calls.List(3)}},"source":null}
            """;

        (await host.PostAsync("/api/runs", body)).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("all-members");

        var run = (await host.GetAsync("/api/runs/all-members")).Json;
        run.GetProperty("date").GetString().ShouldBe("2025-03-04");
        run.GetProperty("trigger").GetString().ShouldBe("nightly");
        run.GetProperty("cleanup").GetBoolean().ShouldBeFalse();
        run.GetProperty("workers").GetInt32().ShouldBe(2);
        run.GetProperty("chunk_count").GetInt32().ShouldBe(2);
        host.Backend.Submissions.ShouldAllBe(job => !job.Input.GetProperty("cleanup").GetBoolean());
    }

    [Theory]
    [InlineData("""{"flashpoints":LIST,"date":"2025-01-01","run_id":"first"}""")]
    [InlineData("""{"run_id":"first","flashpoints":LIST,"date":"2025-01-01"}""")]
    [InlineData("""{"date":"2025-01-01","run_id":"first","flashpoints":LIST}""")]
    [InlineData("\uFEFF{\"run_id\":\"first\",\"flashpoints\":LIST}")]
    [InlineData("  \r\n\t {  \"\\u0072un_id\" : \"first\" , \"flashpoints\" :\r\n LIST }  \r\n")]
    public async Task Start_WithTheListAnywhere_ReadsTheSameList(string body)
    {
        await using var host = await HostHarness.StartAsync();

        var answer = await host.PostAsync("/api/runs", body.Replace("LIST", Calls.List(40), StringComparison.Ordinal));

        answer.With(HttpStatusCode.Accepted);
        await host.EndOfAsync("first");
        var results = (await host.GetAsync("/api/runs/first/results")).Json;
        results.EnumerateArray().Select(entry => entry.GetProperty("id").GetString())
            .ShouldBe(Enumerable.Range(0, 40).Select(i => $"fp-{i}"));
    }

    /// <summary>Across many buffers: every flashpoint's end falls somewhere else in one.</summary>
    [Theory]
    [InlineData("""{"flashpoints":LIST,"run_id":"large"}""")]
    [InlineData("""{"run_id":"large","flashpoints":LIST}""")]
    public async Task Start_WithAListOfMegabytes_ReadsAllOfIt(string body)
    {
        await using var host = await HostHarness.StartAsync();
        var filler = new string('x', 997);
        var list = string.Join(",\n", Enumerable.Range(0, 4_000).Select(i => $$"""{"id":"fp-{{i}}","title":"{{filler[(i % 500)..]}}"}"""));

        (await host.PostAsync("/api/runs", body.Replace("LIST", $"[{list}]", StringComparison.Ordinal))).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("large");

        var run = (await host.GetAsync("/api/runs/large")).Json;
        run.GetProperty("flashpoints").GetInt32().ShouldBe(4_000);
        run.GetProperty("done").GetInt32().ShouldBe(4_000);
    }

    [Fact]
    public async Task Start_BySeveralAtOnce_IsOneRun()
    {
        await using var host = await HostHarness.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => host.PostAsync("/api/runs", Calls.RunBody("one", 4))));

        answers.Count(answer => answer.Status == HttpStatusCode.Accepted).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(15);
        await host.EndOfAsync("one");
        host.Backend.Submissions.Count.ShouldBe(4);
    }
}
