using Moq;
using Serverless.Core.Runs;
using Serverless.Durable;

namespace Serverless.Core.Tests.Runs;

public sealed class RunQueriesTests
{
    /// <summary>It goes on when the run is read, and has ended before the engine says which chunks go on.</summary>
    [Fact]
    public async Task Detail_AChunkEndsMeanwhile_ShowsHowItWent()
    {
        await using var run = new RunHarness();
        await run.StartAsync(1);
        await run.Clock.WhenTimerDueBy(run.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)).WaitAsync(RunHarness.Patience);
        var engine = run.Engine.Client;
        var client = new Mock<DurableClient>();
        client.Setup(c => c.GetInstanceAsync(RunHarness.RunName, true, default))
            .Returns(() => engine.GetInstanceAsync(RunHarness.RunName, getInputsAndOutputs: true));
        client.Setup(c => c.ListInstancesAsync(It.IsAny<OrchestrationQuery>(), default))
            .Returns(async (OrchestrationQuery query, CancellationToken cancellationToken) =>
            {
                await run.EndAsync();
                return await engine.ListInstancesAsync(query, cancellationToken);
            });

        var shown = await new RunQueries(client.Object, run.Objects).FindDetailAsync(RunHarness.RunName, default);

        shown!.EndedAt.ShouldBeNull();
        var chunk = shown.Chunks.ShouldHaveSingleItem();
        (chunk.State, chunk.Done, chunk.Attempts.Count).ShouldBe((ChunkPhase.Completed, 1, 1));
    }
}
