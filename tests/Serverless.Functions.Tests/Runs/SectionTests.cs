using System.Text;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Runs;

/// <summary>A run of so many chunks that sections start their groups, on either engine.</summary>
public sealed class SectionTests
{
    private const int Chunks = 12_501;

    /// <summary>Durable Task Scheduler refuses messages over about a mebibyte.</summary>
    private const int MaxMessageBytes = 1024 * 1024;

    private static readonly RunScenario Costly = new()
    {
        Flashpoints = Chunks,
        Change = input => input with { Workers = 6, PollSeconds = 0.001, PricePerSecond = 0.5m, MaxCost = 60 },
        Script = _ => JobScript.Of(job => Look.Completed(job) with { DelayTime = null, ExecutionTime = TimeSpan.FromSeconds(3) }),
        Chunks = Chunks,

        // Not known before: it depends on how far the others are when the budget is spent.
        Failed = 0,
    };

    [Fact]
    public async Task Run_OfVeryManyChunksOnDurableTask_StopsInAllSectionsWhenItsBudgetIsSpent() =>
        await CheckAsync(await RunOnEngine.DurableTaskAsync(Costly));

    [Fact]
    public async Task Run_OfVeryManyChunksOnTheEmbeddedEngine_StopsInAllSectionsWhenItsBudgetIsSpent() =>
        await CheckAsync(await RunOnEngine.EmbeddedAsync(Costly));

    private static async Task CheckAsync(RunOnEngine engine)
    {
        await using var run = engine;

        var summary = await run.PlayAsync();

        // It is spent after 40. How many more begin until all have heard of it hangs on the machine.
        run.Backend.Submissions.Count.ShouldBeInRange(36, 250);
        (summary.ChunkCount, summary.Cost).ShouldBe((Chunks, 1.5m * run.Backend.Submissions.Count));
        summary.NotRun.ShouldBe(Chunks - run.Backend.Submissions.Count);
        var parts = await run.Client.ListInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true, PageSize = 1_000 });
        parts.Values.Select(part => part.Name).Distinct().Order()
            .ShouldBe([Names.Chunk, Names.FanOut, Names.Group, Names.Section]);
        parts.Values.SelectMany(part => new[] { part.SerializedInput, part.SerializedOutput, part.SerializedCustomStatus })
            .Max(payload => Encoding.UTF8.GetByteCount(payload ?? "")).ShouldBeLessThan(MaxMessageBytes / 100);
    }
}
