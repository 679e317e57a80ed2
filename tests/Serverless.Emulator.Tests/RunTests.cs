using System.Net;
using System.Text.RegularExpressions;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed partial class RunTests
{
    [Fact]
    public async Task Run_ValidJob_AnswersIdAndInQueueAtOnce()
    {
        await using var pod = await TestEmulator.StartAsync(new HeldHandler());

        var answer = await pod.PostAsync("run", """{"input":{"a":1}}""");

        answer.ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/json");
        answer.Members.ShouldBe(["id", "status"]);
        answer.Status.ShouldBe("IN_QUEUE");
        answer["id"].GetString()!.ShouldMatch(AsyncId().ToString());
    }

    [Fact]
    public async Task Run_SameSeed_GivesSameIds()
    {
        var options = new EmulatorOptions { Seed = 7 };
        await using var one = await TestEmulator.StartAsync(TestHandler.Echo, options);
        await using var other = await TestEmulator.StartAsync(TestHandler.Echo, options);

        (await one.RunAsync()).ShouldBe(await other.RunAsync());
    }

    [Fact]
    public async Task Run_NoSeed_GivesOtherIdsAfterEveryStart()
    {
        await using var one = await TestEmulator.StartAsync(TestHandler.Echo);
        await using var other = await TestEmulator.StartAsync(TestHandler.Echo);

        (await one.RunAsync()).ShouldNotBe(await other.RunAsync());
    }

    [Fact]
    public async Task Run_JobDone_StatusShowsOutputTimesAndWorker()
    {
        var handler = new HeldHandler();
        var options = new EmulatorOptions { ColdStart = TimeSpan.FromSeconds(31) };
        await using var pod = await TestEmulator.StartAsync(handler, options);

        var id = await pod.RunAsync();
        var queued = await pod.StatusAsync(id);
        pod.Clock.Advance(TimeSpan.FromSeconds(31));
        var running = await pod.StatusAsync(id);
        pod.Clock.Advance(TimeSpan.FromMilliseconds(1437));
        handler.Complete(id, """{"energy":-76.4}""");
        var done = await pod.EndAsync(id);

        queued.Members.ShouldBe(["id", "status"]);
        queued.Status.ShouldBe("IN_QUEUE");
        running.Members.ShouldBe(["id", "status", "delayTime", "workerId"]);
        running.Status.ShouldBe("IN_PROGRESS");
        running["delayTime"].GetInt64().ShouldBe(31_000);
        done.Members.ShouldBe(["id", "status", "delayTime", "executionTime", "workerId", "output"]);
        done.Status.ShouldBe("COMPLETED");
        done["delayTime"].GetInt64().ShouldBe(31_000);
        done["executionTime"].GetInt64().ShouldBe(1437);
        done["workerId"].GetString().ShouldBe(running["workerId"].GetString());
        done["output"].GetRawText().ShouldBe("""{"energy":-76.4}""");
    }

    [Fact]
    public async Task Run_JobTaken_HandlerSeesIdAndInputOnly()
    {
        string? seen = null;
        await using var pod = await TestEmulator.StartAsync(new TestHandler(job =>
        {
            seen = $"{job.Id} {job.Input.GetRawText()}";
            return job.Input;
        }));

        var id = await pod.RunAsync("""{"extra":1,"input":{"a":[1,{"b":2}]},"webhookV2":"x","s3Config":{"x":[]}}""");
        await pod.EndAsync(id);

        seen.ShouldBe($$"""{{id}} {"a":[1,{"b":2}]}""");
    }

    [Theory]
    [InlineData("""{"input":{}}""")]
    [InlineData("""{"input":null}""")]
    [InlineData("""{}""")]
    public async Task Run_InputEmpty_FailsFortySecondsLaterAsTimedOutAfterRetries(string body)
    {
        // No idle alarm may be due while the test waits for the refusals to be noticed.
        var options = new EmulatorOptions { IdleTimeout = TimeSpan.FromHours(1) };
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, options);
        var start = pod.Clock.GetUtcNow();

        var id = await pod.RunAsync(body);
        foreach (var second in new[] { 20, 40 })
        {
            await pod.Clock.WhenTimerDueBy(start.AddSeconds(second));
            (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
            pod.Clock.AdvanceTo(start.AddSeconds(second));
        }

        var answer = await pod.EndAsync(id);
        answer.Status.ShouldBe("FAILED");
        answer["error"].GetString().ShouldBe("job timed out after 1 retries");
        answer["retries"].GetInt32().ShouldBe(1);
    }

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}-u1$")]
    private static partial Regex AsyncId();
}
