using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class FlashpointPagesTests
{
    [Fact]
    public async Task Page_InTheMiddle_SaysWhereTheNextBegins()
    {
        var run = await AggregatedAsync(10);

        var page = await run.Store.ReadFlashpointsAsync(new FlashpointQuery { From = 3, Limit = 4 }, default);

        page.Flashpoints.Select(row => row.Index).ShouldBe([3, 4, 5, 6]);
        page.Flashpoints[1].ShouldBe(
            new FlashpointRow { Index = 4, Id = "fp-4", Title = "Title 4", Result = "{\"n\":4}", ResultBytes = 7 });
        (page.Next, page.HasResults).ShouldBe((7, true));
    }

    [Fact]
    public async Task Page_Last_SaysThatNothingIsBehind()
    {
        var run = await AggregatedAsync(10);

        var page = await run.Store.ReadFlashpointsAsync(new FlashpointQuery { From = 8, Limit = 2 }, default);

        page.Flashpoints.Select(row => row.Index).ShouldBe([8, 9]);
        page.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Page_OnlyMissing_TellsWhyEachIsNull()
    {
        var run = await AggregatedAsync(10);

        var page = await run.Store.ReadFlashpointsAsync(new FlashpointQuery { OnlyMissing = true }, default);

        page.Flashpoints.Select(row => (row.Index, row.Error, row.Result)).ShouldBe([(0, "no 0", null), (7, "no 7", null)]);
    }

    [Theory]
    [InlineData("fp-3")]
    [InlineData("TITLE 3")]
    public async Task Page_ByText_LooksAtIdsAndTitles(string text)
    {
        var run = await AggregatedAsync(10);

        var page = await run.Store.ReadFlashpointsAsync(new FlashpointQuery { Text = text }, default);

        page.Flashpoints.Select(row => row.Index).ShouldBe([3]);
    }

    [Fact]
    public async Task Page_NothingFoundInOneGo_SaysWhereToGoOn()
    {
        var run = await AggregatedAsync(10);
        var query = new FlashpointQuery { Text = "fp-9", MaxLooked = 4 };

        var first = await run.Store.ReadFlashpointsAsync(query, default);
        var second = await run.Store.ReadFlashpointsAsync(query with { From = first.Next!.Value }, default);
        var third = await run.Store.ReadFlashpointsAsync(query with { From = second.Next!.Value }, default);

        (first.Flashpoints.Count, first.Next, second.Next).ShouldBe((0, 4, 8));
        third.Flashpoints.Select(row => row.Id).ShouldBe(["fp-9"]);
    }

    [Fact]
    public async Task Page_LongResult_IsCutBetweenCharacters()
    {
        var run = await StoredRun.WithAsync(1);
        await run.PlanAsync(workers: 1);
        await run.SaveAsync(0, 1, (0, "=\"aäöü\""));
        await run.Store.AggregateAsync(default);

        var rows = new List<string?>();
        for (var bytes = 0; bytes <= 6; bytes++)
            rows.Add((await run.Store.ReadFlashpointsAsync(new FlashpointQuery { MaxResultBytes = bytes }, default)).Flashpoints[0].Result);

        rows.ShouldBe(["", "\"", "\"a", "\"a", "\"aä", "\"aä", "\"aäö"]);
    }

    [Fact]
    public async Task Page_NothingAggregated_TellsTheListAlone()
    {
        var run = await StoredRun.WithAsync(2);

        var page = await run.Store.ReadFlashpointsAsync(new FlashpointQuery(), default);

        page.HasResults.ShouldBeFalse();
        page.Flashpoints.ShouldAllBe(row => row.Result == null && row.Error == null);
    }

    /// <summary>The first and the eighth are null.</summary>
    private static async Task<StoredRun> AggregatedAsync(int count)
    {
        var run = await StoredRun.WithAsync(count, i => $$""","title":"Title {{i}}" """);
        await run.PlanAsync(workers: 1);
        await run.SaveAsync(0, 1, [.. Enumerable.Range(0, count).Select(i => (i, i % 7 == 0 ? $"!no {i}" : $$"""={"n":{{i}}}"""))]);
        await run.Store.AggregateAsync(default);
        return run;
    }
}
