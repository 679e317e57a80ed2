using System.Diagnostics;
using Xunit.Abstractions;

namespace Serverless.Engine.Tests;

public sealed class FanOutSmokeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(20)]
    [InlineData(10_000)]
    [InlineData(10_001)]
    public async Task FanOut_ManyActivities_GivesOrderedResults(int n)
    {
        await using var engine = new EngineHarness().With()
            .Activity<int, int>("Double", i => Task.FromResult(i * 2))
            .Orchestrator<int, int[]>("Fan", async (context, count) =>
                await Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>("Double", i))));
        await engine.RunAsync<int[]>("Fan", 20);
        var before = engine.Engine.Commits;
        var clock = Stopwatch.StartNew();
        var results = await engine.RunAsync<int[]>("Fan", n);
        output.WriteLine($"{n}: {clock.ElapsedMilliseconds} ms, {engine.Engine.Commits - before} commits");
        results.ShouldBe(Enumerable.Range(0, n).Select(i => i * 2));
    }
}
