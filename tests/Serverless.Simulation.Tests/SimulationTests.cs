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
}
