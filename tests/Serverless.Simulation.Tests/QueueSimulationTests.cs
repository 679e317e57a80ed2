using Serverless.Simulation.Queueing;
using Serverless.TestKit;

namespace Serverless.Simulation.Tests;

public sealed class QueueSimulationTests
{
    [Fact]
    public void Seeds_TwoThousand_LetNoTwoHoldersCommitAndLoseNothing()
    {
        using var folder = new TemporaryFolder();

        new QueueCampaign(folder.Path, 1, 2000).Run().ShouldBeNull();
    }

    [Fact]
    public void Seed_RunAgain_HappensStepByStepAsBefore()
    {
        for (var seed = 1UL; seed <= 5; seed++) StepsOf(seed).ShouldBe(StepsOf(seed));
    }

    private static List<string> StepsOf(ulong seed)
    {
        using var folder = new TemporaryFolder();
        var steps = new List<string>();

        using (var run = new QueueSeed(folder.File("queue.db"), seed, steps.Add)) run.Run();

        steps.ShouldNotBeEmpty();
        return steps;
    }
}
