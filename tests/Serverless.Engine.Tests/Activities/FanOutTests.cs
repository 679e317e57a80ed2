namespace Serverless.Engine.Tests.Activities;

public sealed class FanOutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(10_000)]
    public async Task FanOut_ManyActivities_GivesOrderedResultsInFewCommits(int n)
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Double", i => i * 2)
            .Orchestrator<int, int[]>("Fan", async (context, count) =>
                await Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>("Double", i))));

        (await engine.RunAsync<int[]>("Fan", n)).ShouldBe(Enumerable.Range(0, n).Select(i => i * 2));

        engine.Engine.Commits.ShouldBeLessThanOrEqualTo(n + 1);
    }
}
