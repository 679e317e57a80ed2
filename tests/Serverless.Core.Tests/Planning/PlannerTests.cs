using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Planning;

public sealed class PlannerTests
{
    [Theory]
    [InlineData(12, 4, "3 3 3 3")]
    [InlineData(13, 4, "4 3 3 3")]
    [InlineData(15, 4, "4 4 4 3")]
    [InlineData(3, 4, "1 1 1")]
    [InlineData(1, 10_000, "1")]
    [InlineData(5, 1, "5")]
    [InlineData(0, 4, "")]
    public void Plan_Even_GivesTheSizesOfTheIssue(int count, int workers, string sizes)
        => Sizes(Plan(count, new PlanOptions { Workers = workers })).ShouldBe(sizes);

    [Fact]
    public void Plan_TwelveOverFour_IsFourNeighbourhoods()
        => Plan(12, new PlanOptions { Workers = 4 }).Chunks
            .Select(chunk => (chunk.Flashpoints.First, chunk.Flashpoints.Last))
            .ShouldBe([(0, 2), (3, 5), (6, 8), (9, 11)]);

    [Theory]
    [InlineData(10, 4, "4 3 3")]
    [InlineData(12, 4, "4 4 4")]
    [InlineData(3, 5, "3")]
    [InlineData(3, 1, "1 1 1")]
    public void Plan_ByChunkSize_MakesJustEnoughChunks(int count, int size, string sizes)
        => Sizes(Plan(count, new PlanOptions { Workers = 2, ChunkSize = size })).ShouldBe(sizes);

    [Fact]
    public void Plan_ByWeight_PutsTheHeavyOneAlone()
    {
        FlashpointSize[] sizes = [new(9, 1), new(9, 1), new(9, 6), new(9, 2), new(9, 2)];
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 2, Strategy = PlanStrategy.Weight });
        Members(plan).ShouldBe("0 1 3 4|2");
        plan.Chunks.Select(chunk => chunk.Weight).ShouldBe([6, 6]);
    }

    [Fact]
    public void Plan_ByWeightAndChunkSize_KeepsTheSize()
    {
        FlashpointSize[] sizes = [new(9, 9), new(9, 1), new(9, 1), new(9, 1)];
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 2, ChunkSize = 2, Strategy = PlanStrategy.Weight });
        Members(plan).ShouldBe("0 3|1 2");
    }

    [Fact]
    public void Plan_TooManyBytes_HalvesTheChunk()
    {
        var sizes = Enumerable.Repeat(new FlashpointSize(10, 1), 8).ToArray();
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 1, MaxChunkBytes = 50 });
        Sizes(plan).ShouldBe("4 4");
        plan.Chunks[0].Bytes.ShouldBe("[]".Length + 40 + 3);
    }

    [Theory]
    [InlineData(98, 0)]
    [InlineData(99, 1)]
    public void Plan_AFlashpointOverTheLimit_IsInNoChunk(int bytes, int tooLarge)
    {
        FlashpointSize[] sizes = [new(10, 1), new(bytes, 1), new(10, 1)];
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 1, MaxChunkBytes = 100 });
        plan.TooLarge.Count.ShouldBe(tooLarge);
        if (tooLarge == 0) return;
        plan.TooLarge[0].ShouldBe(new OversizedFlashpoint(1, 99));
        plan.Chunks.ShouldHaveSingleItem().Flashpoints.ShouldBe([0, 2]);
    }

    [Theory]
    [InlineData(PlanStrategy.Even)]
    [InlineData(PlanStrategy.Weight)]
    public void Plan_AFlashpointThatGoesByReference_IsAChunkByItself(PlanStrategy strategy)
    {
        FlashpointSize[] sizes = [new(10, 1), new(10, 1), new(150, 1), new(10, 1), new(151, 1)];
        var options = new PlanOptions { Workers = 1, MaxChunkBytes = 100, MaxFlashpointBytes = 150, Strategy = strategy };

        var plan = Planner.Plan(sizes, options);

        plan.TooLarge.ShouldBe([new OversizedFlashpoint(4, 151)]);
        plan.Chunks.Single(chunk => chunk.Flashpoints.Contains(2)).ShouldSatisfyAllConditions(
            chunk => chunk.Flashpoints.ShouldBe([2]),
            chunk => chunk.Bytes.ShouldBe(152));
        plan.Chunks.SelectMany(chunk => chunk.Flashpoints).Order().ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void Plan_OnlySome_PlansThoseAlone()
    {
        var sizes = Enumerable.Repeat(new FlashpointSize(10, 1), 10).ToArray();
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 2 }, only: [1, 2, 7]);
        Members(plan).ShouldBe("1 2|7");
    }

    [Theory]
    [InlineData(new[] { 2, 1 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 3 })]
    public void Plan_OnlyWhatIsNoListOfIndexes_IsRefused(int[] only)
        => Should.Throw<ArgumentException>(
            () => Planner.Plan(new FlashpointSize[3], new PlanOptions { Workers = 1 }, only));

    [Theory]
    [InlineData(0, null, 100)]
    [InlineData(Limits.MaxWorkers + 1, null, 100)]
    [InlineData(1, 0, 100)]
    [InlineData(1, null, 1)]
    public void Plan_OptionOutOfRange_IsRefused(int workers, int? chunkSize, int maxBytes)
        => Should.Throw<ArgumentOutOfRangeException>(() => Planner.Plan(
            [], new PlanOptions { Workers = workers, ChunkSize = chunkSize, MaxChunkBytes = maxBytes }));

    [Fact]
    public void Plan_MoreChunksThanARunHas_SaysWhatToChange()
        => Should.Throw<PlanException>(() => Plan(Limits.MaxChunks + 1, new PlanOptions { Workers = 1, ChunkSize = 1 }))
            .Message.ShouldContain("larger chunks");

    private static ChunkPlan Plan(int count, PlanOptions options)
        => Planner.Plan(Enumerable.Repeat(new FlashpointSize(10, 1), count).ToArray(), options);

    private static string Members(ChunkPlan plan)
        => string.Join('|', plan.Chunks.Select(chunk => string.Join(' ', chunk.Flashpoints)));

    private static string Sizes(ChunkPlan plan)
        => string.Join(' ', plan.Chunks.Select(chunk => chunk.Flashpoints.Count));
}
