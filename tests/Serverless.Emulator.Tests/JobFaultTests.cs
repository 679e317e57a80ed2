using System.Net;
using System.Text.Json;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class JobFaultTests
{
    [Fact]
    public async Task WorkerCrash_Once_JobCompletesAfterRedispatch()
    {
        await using var pod = await StartAsync("""{"kind":"worker_crash","times":1}""");

        var end = await pod.EndAsync(await pod.RunAsync());

        end.Status.ShouldBe("COMPLETED");
        end["retries"].GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task WorkerCrash_Always_JobFails()
    {
        await using var pod = await StartAsync("""{"kind":"worker_crash"}""");

        var end = await pod.EndAsync(await pod.RunAsync());

        end.Status.ShouldBe("FAILED");
        end["error"].GetString().ShouldBe("job timed out after 1 retries");
    }

    [Fact]
    public async Task WorkerCrash_WithDelay_HoldsTheJobSoLong()
    {
        await using var pod = await StartAsync("""{"kind":"worker_crash","times":1,"delay_s":40}""");
        var due = pod.Clock.GetUtcNow().AddSeconds(40);
        var id = await pod.RunAsync();

        await pod.Clock.WhenTimerDueBy(due);
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
        pod.Clock.AdvanceTo(due);

        var end = await pod.EndAsync(id);
        end["retries"].GetInt32().ShouldBe(1);
        end["delayTime"].GetInt64().ShouldBe(0, "it counts from the loss of the first worker");
    }

    [Fact]
    public async Task HandlerError_Strikes_JobFailsLikeARaisedError()
    {
        await using var pod = await StartAsync("""{"kind":"handler_error"}""");

        var end = await pod.EndAsync(await pod.RunAsync());

        end.Status.ShouldBe("FAILED");
        var error = JsonElement.Parse(end["error"].GetString()!);
        error.GetProperty("error_message").GetString()!.ShouldContain("fault file");
    }

    [Fact]
    public async Task NoOutput_Strikes_JobIsCompletedWithoutIt()
    {
        await using var pod = await StartAsync("""{"kind":"no_output"}""");

        var end = await pod.EndAsync(await pod.RunAsync());

        end.Status.ShouldBe("COMPLETED");
        end.Members.ShouldNotContain("output");
    }

    [Fact]
    public async Task Vanish_Strikes_JobIsGoneWhenItWouldEnd()
    {
        var handler = new HeldHandler();
        await using var pod = await StartAsync("""{"kind":"vanish"}""", handler);
        var id = await pod.RunAsync();
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
        var waiting = pod.EndAsync(id);

        handler.Complete(id);

        (await waiting).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");
        await pod.ShouldBeGoneAsync(id);
        (await pod.GetAsync("health"))["jobs"].GetProperty("inProgress").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task InvisibleAtFirst_Strikes_JobIsFoundOnlyLater()
    {
        await using var pod = await StartAsync("""{"kind":"invisible_at_first","delay_s":2}""");
        var id = await pod.RunAsync();

        await pod.ShouldBeGoneAsync(id);
        pod.Clock.Advance(TimeSpan.FromSeconds(2));

        (await pod.EndAsync(id)).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task WebhookNever_Strikes_NothingIsSent()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await StartAsync("""{"kind":"webhook_never","match":{"chunk":1}}""");

        await pod.EndAsync(await pod.RunAsync(Body(receiver.Url, chunk: 1)));
        var other = await pod.RunAsync(Body(receiver.Url, chunk: 2));

        (await receiver.NextAsync()).Body.GetProperty("id").GetString().ShouldBe(other);
        pod.Statistics.WebhooksTried.ShouldBe(1);
    }

    [Fact]
    public async Task WebhookTwice_Strikes_SameBodyComesTwice()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await StartAsync("""{"kind":"webhook_twice"}""");
        await pod.RunAsync(Body(receiver.Url, chunk: 1));

        var first = await receiver.NextAsync();
        var second = await receiver.NextAsync();

        second.Body.GetRawText().ShouldBe(first.Body.GetRawText());
    }

    [Theory]
    [InlineData("""{"chunk":2}""", true)]
    [InlineData("""{"chunk":2,"attempt":1,"worker":3}""", true)]
    [InlineData("""{"run_id":"etl-1","cleanup":true}""", true)]
    [InlineData("""{"flashpoint":"fp-8"}""", true)]
    [InlineData("""{"chunk":2,"flashpoint":"fp-8"}""", true)]
    [InlineData("""{"chunk":3}""", false)]
    [InlineData("""{"chunk":"2"}""", false)]
    [InlineData("""{"chunk":2,"attempt":2}""", false)]
    [InlineData("""{"flashpoint":"fp-9"}""", false)]
    [InlineData("""{"flashpoint":"inner"}""", false)]
    [InlineData("""{"other":null}""", false)]
    public async Task Match_Given_StrikesOnlyJobsLikeThat(string match, bool strikes)
    {
        const string Input = """
            {"input":{"run_id":"etl-1","worker":3,"chunk":2,"attempt":1,"cleanup":true,
             "flashpoints":[{"id":"fp-7","feeds":[{"id":"inner"}]},{"title":"t","id":"fp-8"}, 5]}}
            """;
        await using var pod = await StartAsync($$"""{"kind":"no_output","match":{{match}}}""");

        var end = await pod.EndAsync(await pod.RunAsync(Input));

        end.Members.Contains("output").ShouldBe(!strikes);
    }

    [Fact]
    public async Task Rate_Given_DoesNotDependOnTheOrderOfJobs()
    {
        var forward = await StruckChunksAsync(Enumerable.Range(0, 60), seed: 5);
        var backward = await StruckChunksAsync(Enumerable.Range(0, 60).Reverse(), seed: 5);
        var otherSeed = await StruckChunksAsync(Enumerable.Range(0, 60), seed: 6);

        forward.Count.ShouldBeInRange(10, 50);
        backward.Order().ShouldBe(forward.Order());
        otherSeed.Order().ShouldNotBe(forward.Order());
    }

    [Fact]
    public async Task Rate_Given_IsRolledAnewForEveryAttemptOfAChunk()
    {
        await using var pod = await StartAsync("""{"kind":"no_output","rate":0.5}""");
        var struck = new List<bool>();
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            var id = await pod.RunAsync($$$"""{"input":{"chunk":1,"attempt":{{{attempt}}}}}""");
            struck.Add(!(await pod.EndAsync(id)).Members.Contains("output"));
        }

        struck.ShouldContain(true);
        struck.ShouldContain(false);
    }

    private static async Task<List<int>> StruckChunksAsync(IEnumerable<int> chunks, int seed)
    {
        await using var pod = await StartAsync("""{"kind":"no_output","rate":0.5}""", seed: seed);
        var struck = new List<int>();
        foreach (var chunk in chunks)
        {
            var id = await pod.RunAsync($$$"""{"input":{"chunk":{{{chunk}}}}}""");
            if (!(await pod.EndAsync(id)).Members.Contains("output")) struck.Add(chunk);
        }

        return struck;
    }

    private static string Body(string url, int chunk) =>
        $$$"""{"webhook":{{{JsonSerializer.Serialize(url)}}},"input":{"chunk":{{{chunk}}}}}""";

    private static Task<TestEmulator> StartAsync(
        string fault, Serverless.Workers.IWorkerHandler? handler = null, int seed = 1) =>
        TestEmulator.StartAsync(handler ?? TestHandler.Echo, new EmulatorOptions
        {
            Faults = FaultPlan.Parse($$"""{"seed":{{seed}},"faults":[{{fault}}]}"""),
            IdleTimeout = TimeSpan.FromHours(1),
        });
}
