using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Planning;

public sealed class PlanEstimateTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(12, 4, null, 120, 30, 4)]
    [InlineData(13, 4, null, 130, 40, 3.25)]
    [InlineData(12, 1, null, 120, 120, 1)]
    [InlineData(3, 4, null, 30, 10, 3)]
    [InlineData(12, 4, 2, 120, 40, 3)]
    [InlineData(12, 4, 1, 120, 30, 4)]
    [InlineData(0, 4, null, 0, 0, 1)]
    public void Of_EvenPlan_TakesAsLongAsTheBusiestWorker(
        int count, int workers, int? chunkSize, double sequential, double parallel, double speedup)
    {
        var sizes = Enumerable.Repeat(new FlashpointSize(10, 1), count).ToArray();
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = workers, ChunkSize = chunkSize });

        var estimate = PlanEstimate.Of(plan, workers, TenSeconds);

        estimate.Sequential.TotalSeconds.ShouldBe(sequential);
        estimate.Parallel.TotalSeconds.ShouldBe(parallel, 1e-6);
        estimate.Speedup.ShouldBe(speedup, 1e-6);
    }

    [Fact]
    public void Of_PlanByWeight_SharesTheTimeOutByWeight()
    {
        FlashpointSize[] sizes = [new(9, 6), new(9, 1), new(9, 1), new(9, 1), new(9, 3)];
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 2, Strategy = PlanStrategy.Weight });

        var estimate = PlanEstimate.Of(plan, 2, TenSeconds);

        estimate.Sequential.TotalSeconds.ShouldBe(50);
        estimate.Speedup.ShouldBe(2, 1e-6);
    }

    [Fact]
    public void Of_NoWorkers_IsRefused()
        => Should.Throw<ArgumentOutOfRangeException>(
            () => PlanEstimate.Of(Planner.Plan([], new PlanOptions { Workers = 1 }), 0, TenSeconds));
}
