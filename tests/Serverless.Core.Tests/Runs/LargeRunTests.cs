using System.Text;
using System.Text.Json;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Runs of so many chunks that sections start their groups.</summary>
public sealed class LargeRunTests
{
    /// <summary>One more than groups alone take.</summary>
    private const int Chunks = 12_501;

    /// <summary>Durable Task Scheduler refuses messages over about a mebibyte.</summary>
    private const int MaxMessageBytes = 1024 * 1024;

    [Fact]
    public async Task Run_OfVeryManyChunks_GoesThroughSectionsAndGivesAllInOrder()
    {
        await using var run = new RunHarness();

        var summary = await run.RunAsync(Chunks, input => input with { Workers = 200 });

        (summary.Ok, summary.ChunkCount).ShouldBe((true, Chunks));
        run.Results.ShouldBe(Enumerable.Range(0, Chunks).Select(i => $$"""{"id":"fp-{{i}}","value":"done"}"""));
        run.Backend.MaxInFlight.ShouldBeLessThanOrEqualTo(200);
        (await ChildrenOfAsync(run, RunHarness.RunName)).ShouldBe(["run-1:s1-0", "run-1:s1-1"]);
        var groups = await ChildrenOfAsync(run, "run-1:s1-1");
        groups.ShouldBe(Enumerable.Range(13, 13).Select(group => $"run-1:g1-{group}"));
        (await ChildrenOfAsync(run, groups[^1])).Count.ShouldBeLessThanOrEqualTo(Limits.MaxChunksPerGroup);

        // All of them would be an answer of many megabytes.
        run.Report.GetProperty("chunks").GetArrayLength().ShouldBe(0);
        (await new RunQueries(run.Engine.Client, run.Objects).FindDetailAsync("run-1", default))!.Chunks.ShouldBeEmpty();
    }

    [Fact]
    public void Plan_OfAMillionChunks_HoldsNoListOfThem()
    {
        var shape = FanOutShape.Of(Limits.MaxChunks, 10_000)!;
        var plan = new PlannedRun
        {
            FirstChunk = 0,
            Counts = [],
            Chunks = Limits.MaxChunks,
            Flashpoints = Limits.MaxFlashpoints,
            Shape = shape,
        };

        RunJsonBytes(plan).ShouldBeLessThan(200);
        shape.Sections(0, Limits.MaxChunks).Count.ShouldBe(80);
    }

    [Fact]
    public async Task Run_OfVeryManyChunks_SendsNoLargeMessage()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Completed.Took(3)));

        // A budget makes the parts talk to each other as well.
        await run.RunAsync(Chunks, input => input with { Workers = 6, PricePerSecond = 0.5m, MaxCost = 60 });

        var query = new OrchestrationQuery { PageSize = 1_000 };
        var page = await run.Engine.Client.ListInstancesAsync(query);
        var payloads = new List<string>();
        foreach (var instance in page.Values)
        {
            var history = await run.Engine.Client.GetOrchestrationHistoryAsync(instance.InstanceId);
            payloads.AddRange(history.SelectMany(past => new[] { past.SerializedInput, past.SerializedResult }).OfType<string>());
        }

        page.Values.Select(instance => instance.Name).Distinct().Order()
            .ShouldBe([Names.Chunk, Names.FanOut, Names.Group, Names.Section]);
        payloads.Max(Encoding.UTF8.GetByteCount).ShouldBeLessThan(MaxMessageBytes / 100);
    }

    [Fact]
    public async Task Run_WhoseBudgetIsSpent_StopsAllSections()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Completed.Took(3)));

        var summary = await run.RunAsync(Chunks, input => input with { Workers = 6, PricePerSecond = 0.5m, MaxCost = 60 });

        run.Backend.Submissions.Count.ShouldBeInRange(36, 60);
        summary.Cost.ShouldBe(1.5m * run.Backend.Submissions.Count);
        summary.NotRun.ShouldBe(Chunks - run.Backend.Submissions.Count);
    }

    [Fact]
    public async Task Cancel_OfARunWithSections_ReachesTheirChunks()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(Chunks, input => input with { Workers = 4, PollSeconds = 60 });
        await run.DriveAsync(running.Task);

        await run.CancelAsync();

        run.Backend.Submissions.Count.ShouldBeLessThanOrEqualTo(4);
        run.Backend.Cancels.Distinct().Order().ShouldBe(run.Backend.Submissions.Select(job => job.Id).Order());
        run.Report.GetProperty("failed").GetInt32().ShouldBe(Chunks);
    }

    [Fact]
    public async Task Terminate_OfARunWithSections_LeavesNoJobBehind()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(Chunks, input => input with { Workers = 4, PollSeconds = 60 });
        await run.DriveAsync(running.Task);

        await new RunTermination(run.Engine.Client).TerminateAsync("run-1", reason: null);

        var chunks = await run.Engine.Client.ListInstancesAsync(new OrchestrationQuery { Name = Names.Chunk });
        foreach (var chunk in chunks.Values) await run.DriveAsync(run.Engine.Client.WaitForInstanceCompletionAsync(chunk.InstanceId));
        var sections = await run.Engine.Client.ListInstancesAsync(new OrchestrationQuery { Name = Names.Section });
        sections.Values.ShouldNotBeEmpty();
        sections.Values.ShouldAllBe(section => section.RuntimeStatus == OrchestrationRuntimeStatus.Terminated);
        run.Backend.Cancels.Distinct().Order().ShouldBe(run.Backend.Submissions.Select(job => job.Id).Order());
    }

    [Fact]
    public async Task Retry_OfARunWithGroups_MergesWhatBothHaveStored()
    {
        var mended = false;
        await using var run = new RunHarness(job =>
            JobScript.Of(!mended && job.Chunk % 2 == 1 ? Look.Failed("boom") : Look.Completed));
        var first = await run.RunAsync(1_100, input => input with { Workers = 50, MaxAttempts = 1 });
        mended = true;

        await run.Control.RetryAsync("run-1", input => input, default);
        var second = await run.EndAsync();

        (first.Failed, second.Failed, second.ChunkCount).ShouldBe((550, 0, 1_650));
        run.Results.ShouldBe(Enumerable.Range(0, 1_100).Select(i => $$"""{"id":"fp-{{i}}","value":"done"}"""));
        run.Report.GetProperty("chunks").GetArrayLength().ShouldBe(1_650);
    }

    private static async Task<IReadOnlyList<string>> ChildrenOfAsync(RunHarness run, string instanceId)
    {
        var history = await run.Engine.Client.GetOrchestrationHistoryAsync(instanceId);
        return [.. history.Where(past => past.EventType == OrchestrationHistoryEventType.SubOrchestrationInstanceCreated)
            .Select(past => past.InstanceId!)];
    }

    private static int RunJsonBytes(PlannedRun plan) =>
        JsonSerializer.SerializeToUtf8Bytes(plan, RunJson.Default.PlannedRun).Length;
}
