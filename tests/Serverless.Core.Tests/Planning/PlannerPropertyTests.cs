using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Planning;

public sealed class PlannerPropertyTests
{
    [Fact]
    public void Plan_Always_PutsEachFlashpointInOneChunkOrNamesItTooLarge()
        => Properties.Hold(PlanCase.Any, one =>
        {
            var plan = one.Plan();
            plan.Chunks.SelectMany(chunk => chunk.Flashpoints)
                .Concat(plan.TooLarge.Select(large => large.Index))
                .Order()
                .ShouldBe(one.Wanted);
        });

    [Fact]
    public void Plan_Always_NumbersChunksByTheirFirstFlashpointAndKeepsIndexesAscending()
        => Properties.Hold(PlanCase.Any, one =>
        {
            var chunks = one.Plan().Chunks;
            chunks.Select(chunk => chunk.Index).ShouldBe(Enumerable.Range(0, chunks.Count));
            chunks.Select(chunk => chunk.Flashpoints.First).ShouldBeInOrder();
            foreach (var chunk in chunks)
            {
                chunk.Flashpoints.Count.ShouldBeGreaterThan(0);
                chunk.Flashpoints.ShouldBeInOrder();
                chunk.Flashpoints.Last.ShouldBe(chunk.Flashpoints.Max());
            }
        });

    [Fact]
    public void Plan_Always_KeepsEveryBound()
        => Properties.Hold(PlanCase.Any, one =>
        {
            var plan = one.Plan();
            foreach (var chunk in plan.Chunks)
            {
                chunk.Flashpoints.Count.ShouldBeLessThanOrEqualTo(one.Options.ChunkSize ?? int.MaxValue);
                chunk.Bytes.ShouldBeLessThanOrEqualTo(one.Options.MaxChunkBytes);
                chunk.Bytes.ShouldBe(ArrayBytes(one, chunk));
                chunk.Weight.ShouldBe(chunk.Flashpoints.Sum(index => one.Sizes[index].Weight));
            }

            foreach (var large in plan.TooLarge) (large.Bytes + 2).ShouldBeGreaterThan(one.Options.MaxChunkBytes);
        });

    [Fact]
    public void Plan_SameInput_IsTheSame()
        => Properties.Hold(PlanCase.Any, one =>
        {
            Shape(one.Plan()).ShouldBe(Shape(one.Plan()));
        });

    [Fact]
    public void Plan_WithinTheByteLimit_MakesAsManyChunksAsAskedFor()
        => Properties.Hold(PlanCase.WithoutByteLimit, one =>
        {
            var count = one.Wanted.Count();
            var expected = one.Options.ChunkSize is { } size
                ? (int)Math.Ceiling(count / (double)size)
                : Math.Min(count, one.Options.Workers);
            one.Plan().Chunks.Count.ShouldBe(expected);
        });

    [Fact]
    public void Plan_Even_KeepsNeighboursTogetherInSizesThatDifferByAtMostOneLongerFirst()
        => Properties.Hold(PlanCase.WithoutByteLimit, one =>
        {
            var chunks = (one with { Options = one.Options with { Strategy = PlanStrategy.Even } }).Plan().Chunks;
            chunks.SelectMany(chunk => chunk.Flashpoints).ShouldBe(one.Wanted);
            var sizes = chunks.Select(chunk => chunk.Flashpoints.Count).ToList();
            sizes.ShouldBeInOrder(SortDirection.Descending);
            if (sizes.Count > 0) (sizes[0] - sizes[^1]).ShouldBeLessThanOrEqualTo(1);
        });

    [Fact]
    public void Plan_ByWeight_IsAtMostFourThirdsOfTheBest()
        => Properties.Hold(PlanCase.WithoutByteLimit, one =>
        {
            var options = one.Options with { Strategy = PlanStrategy.Weight, ChunkSize = null };
            var chunks = (one with { Options = options }).Plan().Chunks;
            if (chunks.Count == 0) return;

            // LPT ends at most at the mean load plus the last flashpoint that was placed on the heaviest chunk.
            var weights = one.Wanted.Select(index => (double)one.Sizes[index].Weight).OrderDescending().ToList();
            var best = Math.Max(weights.Sum() / chunks.Count, weights[0]);
            if (weights.Count > chunks.Count) best = Math.Max(best, weights[chunks.Count - 1] + weights[chunks.Count]);
            ((double)chunks.Max(chunk => chunk.Weight)).ShouldBeLessThanOrEqualTo(4.0 / 3.0 * best + 1e-9);
        });

    [Fact]
    public void Plan_ForOneWorker_IsHalvedOnlyWhenItDoesNotFitWhole()
        => Properties.Hold(PlanCase.Any, one =>
        {
            var options = one.Options with { Workers = 1, ChunkSize = null, Strategy = PlanStrategy.Even };
            var plan = (one with { Options = options }).Plan();
            var whole = plan.Chunks.Sum(chunk => chunk.Bytes - 1) + 1;
            if (whole <= options.MaxChunkBytes) plan.Chunks.Count.ShouldBeLessThanOrEqualTo(1);
        });

    private static long ArrayBytes(PlanCase one, PlannedChunk chunk)
        => "[]".Length + chunk.Flashpoints.Sum(index => one.Sizes[index].Bytes) + chunk.Flashpoints.Count - 1;

    private static string Shape(ChunkPlan plan)
        => string.Join('|', plan.Chunks.Select(chunk => string.Join(',', chunk.Flashpoints)))
            + "/" + string.Join(',', plan.TooLarge.Select(large => large.Index));
}
