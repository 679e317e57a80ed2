using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>What one can do with a run, through the real head.</summary>
public sealed class RunLifeTests
{
    [Fact]
    public async Task Run_ThatEnds_CanBeListedShownAndDeliveredAgain()
    {
        using var cli = new EmbeddedHarness(flashpoints: 5);
        await using var endpoint = await Endpoint.StartAsync();
        cli.Use(endpoint);

        (await cli.RunAsync("run", "in.json", "--run-id", "r", "--workers", "2", "--out", "out.json")).ShouldBe(0, cli.Error);

        cli.Entries("out.json").Select(entry => entry.GetProperty("id").GetString())
            .ShouldBe(["fp-0", "fp-1", "fp-2", "fp-3", "fp-4"]);
        cli.Error.ShouldContain("Worker 1 completed all 3 flashpoints");
        (await cli.RunAsync("runs")).ShouldBe(0);
        cli.Output.ShouldContain("5/5");
        (await cli.RunAsync("show", "r")).ShouldBe(0);
        cli.Output.ShouldContain("completed: 5 of 5 flashpoints");
        (await cli.RunAsync("results", "r", "--format", "jsonl")).ShouldBe(0);
        cli.Results.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
        (await cli.RunAsync("resume", "r")).ShouldBe(0);
        cli.Error.ShouldContain("Run r has already ended");
        (await cli.RunAsync("resume")).ShouldBe(0);
        cli.Error.ShouldContain("No run has been left unfinished.");
        (await cli.RunAsync("cancel", "r")).ShouldBe(0);
        cli.Output.ShouldContain("has already ended (completed)");
        endpoint.JobsSubmitted.ShouldBe(2);
    }

    [Fact]
    public async Task Run_FromStandardInputToStandardOutput_KeepsOutputForResults()
    {
        using var cli = new EmbeddedHarness { Input = "{\"id\":\"b\"}\n{\"id\":\"a\"}\n" };
        await using var endpoint = await Endpoint.StartAsync();
        cli.Use(endpoint);

        (await cli.RunAsync("run", "-", "--out", "-")).ShouldBe(0, cli.Error);

        cli.Output.ShouldBeEmpty();
        JsonSerializer.Deserialize<JsonElement>(cli.Results).EnumerateArray()
            .Select(entry => entry.GetProperty("id").GetString()).ShouldBe(["b", "a"]);
    }

    [Fact]
    public async Task Plan_OfAFile_RunsAndWritesNothing()
    {
        using var cli = new EmbeddedHarness(flashpoints: 5);
        var before = cli.Snapshot;

        (await cli.RunAsync("plan", "in.json", "--workers", "2")).ShouldBe(0, cli.Error);

        cli.Output.ShouldContain("[0:3]");
        cli.Output.ShouldContain("[3:5]");
        cli.Snapshot.ShouldBe(before);
    }

    [Fact]
    public async Task Retry_OfWhatIsNull_GoesToTheEndpointOfToday()
    {
        using var cli = new EmbeddedHarness();
        await using var first = await Endpoint.StartAsync();
        await using var second = await Endpoint.StartAsync();
        first.Handler.Hopeless.Add("fp-1");
        cli.Use(first);
        (await cli.RunAsync("run", "in.json", "--run-id", "r", "--workers", "3", "--max-attempts", "1")).ShouldBe(3, cli.Error);
        cli.Output.ShouldContain("To try again: fanout retry r");
        cli.Output.ShouldContain("out of memory");

        cli.Use(second);
        (await cli.RunAsync("retry", "r", "--out", "out.json")).ShouldBe(0, cli.Error);

        cli.Entries("out.json").Count(entry => entry.ValueKind == JsonValueKind.Null).ShouldBe(0);
        second.JobsSubmitted.ShouldBe(1);
        (await cli.RunAsync("retry", "r")).ShouldBe(0, cli.Error);
        cli.Error.ShouldContain("Run r has every result; there is nothing to retry.");
        (await cli.RunAsync("runs")).ShouldBe(0);
        cli.Output.ShouldContain("3/3");
    }

    [Fact]
    public async Task Resume_OfAStoppedRun_FindsItsJobsWhereTheyAre()
    {
        using var cli = new EmbeddedHarness();
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Handler.Close();
        cli.Use(endpoint);
        (await cli.RunAsync(endpoint.Handler.Held, "run", "in.json", "--run-id", "r", "--workers", "3")).ShouldBe(130, cli.Error);
        cli.Error.ShouldContain("Run r is safe");
        cli.Environment.Remove("RUNPOD_ENDPOINT");
        (await cli.RunAsync("results", "r")).ShouldBe(1);
        cli.Error.ShouldContain("run r has not ended: 0 of 3 flashpoints are done");

        endpoint.Handler.Open();
        (await cli.RunAsync("resume", "--out", "out.json")).ShouldBe(0, cli.Error);

        cli.Error.ShouldContain($"The run goes on where it began: {endpoint.Url}");
        cli.Error.ShouldNotContain("local emulator");
        cli.Entries("out.json").Count.ShouldBe(3);
        endpoint.JobsSubmitted.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Cancel_OfAStoppedRun_CancelsItsJobsAndPurgeLeavesNothing()
    {
        using var cli = new EmbeddedHarness();
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Handler.Close();
        cli.Use(endpoint);
        (await cli.RunAsync(endpoint.Handler.Held, "run", "in.json", "--run-id", "r", "--workers", "1000")).ShouldBe(130, cli.Error);
        (await cli.RunAsync("purge", "r", "--yes")).ShouldBe(1);
        cli.Error.ShouldContain("run r has not ended");

        (await cli.RunAsync("cancel", "r")).ShouldBe(0, cli.Error);

        cli.Output.ShouldContain("Run r is cancelled. Kept are the results of 0 of 3 flashpoints.");
        await endpoint.Handler.Cancelled.WaitAsync(EmbeddedHarness.Patience);
        (await cli.RunAsync("purge", "r", "--yes")).ShouldBe(0, cli.Error);
        Directory.EnumerateFiles(cli.PathOf(".fanout/results/runs"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await cli.RunAsync("runs")).ShouldBe(0);
        cli.Output.ShouldContain("No runs.");
    }

    [Fact]
    public async Task Run_WhoseStoreIsFullAtTheStart_SaysSoAndCanBeStartedAgain()
    {
        using var cli = new EmbeddedHarness();
        await using var endpoint = await Endpoint.StartAsync();
        cli.Use(endpoint);
        cli.OpenStore = folder => new FailingStore(folder, _ => FailingStore.Full);

        (await cli.RunAsync("run", "in.json")).ShouldBe(1, cli.Error);

        cli.Error.ShouldContain("fanout: The result store cannot be written: No space left on device");
        cli.OpenStore = null;
        (await cli.RunAsync("run", "in.json")).ShouldBe(0, cli.Error);
    }

    [Theory]
    [InlineData("plan.json")]
    [InlineData("attempt-")]
    [InlineData("outcomes/")]
    [InlineData("results.json")]
    public async Task Run_WhoseStoreIsFullOnTheWay_SaysSoAndResumeFinishesIt(string name)
    {
        using var cli = new EmbeddedHarness();
        await using var endpoint = await Endpoint.StartAsync();
        cli.Use(endpoint);
        cli.OpenStore = folder => new FailingStore(
            folder, written => written.Contains(name, StringComparison.Ordinal) ? FailingStore.Full : null);
        (await cli.RunAsync("run", "in.json", "--run-id", "r")).ShouldBe(1, cli.Error);
        cli.Error.ShouldContain("fanout: The result store cannot be written: No space left on device");
        cli.Error.ShouldContain("fanout resume goes on with it.");

        cli.OpenStore = null;
        (await cli.RunAsync("resume", "--out", "out.json")).ShouldBe(0, cli.Error);

        cli.Entries("out.json").Count(entry => entry.ValueKind == JsonValueKind.Object).ShouldBe(3);
        endpoint.JobsSubmitted.ShouldBe(3);
    }

    [Fact]
    public async Task Run_ThatFails_SaysWhyAndResumeTriesAgain()
    {
        using var cli = new EmbeddedHarness { Clock = new ManualClock() };
        cli.OpenStore = folder => new FailingStore(
            folder, name => name.EndsWith("plan.json", StringComparison.Ordinal) ? new IOException("the share is gone") : null);
        (await cli.RunAsync("run", "in.json", "--run-id", "r", "--workers", "1")).ShouldBe(1, cli.Error);
        cli.Output.ShouldContain("Error: the share is gone");
        cli.Error.ShouldContain("To try again: fanout resume r");
        (await cli.RunAsync("retry", "r")).ShouldBe(2);
        cli.Error.ShouldContain("The run 'r' failed before it had results: resume it first.");

        cli.OpenStore = null;
        (await cli.RunAsync("resume", "r", "--out", "out.json")).ShouldBe(0, cli.Error);

        cli.Entries("out.json").Count(entry => entry.ValueKind == JsonValueKind.Object).ShouldBe(3);
    }
}
