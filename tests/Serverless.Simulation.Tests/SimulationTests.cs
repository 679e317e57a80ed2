using Serverless.TestKit;

namespace Serverless.Simulation.Tests;

public sealed class SimulationTests
{
    [Fact]
    public void Seeds_TwoThousand_EndAsUndisturbed()
    {
        using var folder = new TemporaryFolder();

        var defect = new Campaign(folder.Path, 1, 2000).Run();

        defect.ShouldBeNull(defect?.Smallest.ToString());
    }

    [Fact]
    public void Seed_RunAgain_HappensStepByStepAsBefore()
    {
        for (var seed = 1UL; seed <= 20; seed++) StepsOf(seed).ShouldBe(StepsOf(seed));
    }

    [Fact]
    public void Seed_RunWithATrace_HappensAsWithoutOne()
    {
        using var folder = new TemporaryFolder();
        var silent = new SeedRunner(folder.Path);
        var traced = new SeedRunner(folder.Path, _ => { });
        for (var seed = 1UL; seed <= 40; seed++)
        {
            silent.Run(seed).ShouldBeNull();
            traced.Run(seed).ShouldBeNull();
            traced.NextThrow.ShouldBe(silent.NextThrow, $"seed {seed}");
        }
    }

    private static List<string> StepsOf(ulong seed)
    {
        using var folder = new TemporaryFolder();
        var steps = new List<string>();

        new SeedRunner(folder.Path, steps.Add).Run(seed).ShouldBeNull();

        steps.ShouldNotBeEmpty();
        return steps;
    }
}
