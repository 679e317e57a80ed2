using Serverless.Core.Planning;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>What groups of chunks store together.</summary>
public sealed class GroupTests
{
    private static readonly ChunkRange[] Groups = [new(0, 2), new(2, 2)];

    [Theory]
    [InlineData(PlanStrategy.Even)]
    [InlineData(PlanStrategy.Weight)] // every chunk reaches from the first flashpoints to the last
    public async Task Results_OfMergedGroups_AreThoseOfTheirChunks(PlanStrategy strategy)
    {
        var run = await PlannedAsync(strategy);
        await run.Store.AggregateAsync(default);
        var (results, failures) = (run["results.json"], run["failures.jsonl"]);

        foreach (var group in Groups) await run.Store.MergeGroupAsync(group, default);
        await ForgetChunksAsync(run);
        await run.Store.AggregateAsync(default);

        run["results.json"].ShouldBe(results);
        run["failures.jsonl"].ShouldBe(failures);
        failures.ShouldContain("\"id\":\"fp-3\"");
    }

    [Fact]
    public async Task Results_OfAGroupThatWasNotMerged_AreReadFromItsChunks()
    {
        var run = await PlannedAsync(PlanStrategy.Even);
        await run.Store.AggregateAsync(default);
        var results = run["results.json"];

        await run.Store.MergeGroupAsync(Groups[1], default);
        await run.Store.AggregateAsync(default);

        run["results.json"].ShouldBe(results);
    }

    [Fact]
    public async Task Merge_ThatWasInterrupted_DoesNotCountAndMayBeDoneAgain()
    {
        var run = await PlannedAsync(PlanStrategy.Even);
        await run.Store.AggregateAsync(default);
        var results = run["results.json"];
        await run.Store.MergeGroupAsync(Groups[0], default);

        // As if the process had died between the two objects, and the first one were damaged.
        await run.Objects.DeleteAsync("runs/run-1/groups/000000-000001/outcomes.jsonl", default);
        run.Objects["runs/run-1/groups/000000-000001/checkpoints.jsonl"] = "{"u8.ToArray();
        await run.Store.AggregateAsync(default);
        run["results.json"].ShouldBe(results);
        await run.Store.MergeGroupAsync(Groups[0], default);
        await run.Store.AggregateAsync(default);

        run["results.json"].ShouldBe(results);
    }

    [Fact]
    public async Task Outcomes_OfMergedAndOtherChunks_ComeInOrder()
    {
        var run = await PlannedAsync(PlanStrategy.Even);
        foreach (var chunk in new[] { 0, 2, 3 }) await run.Store.WriteOutcomeAsync(chunk, Outcome(chunk), default);
        await run.Store.MergeGroupAsync(Groups[1], default);
        await run.Objects.DeleteAsync("runs/run-1/outcomes/000002", default);
        await run.Store.WriteOutcomeAsync(1, Outcome(1), default);

        var all = await run.Store.ReadOutcomesAsync(0, 4, default).ToListAsync();

        all.ShouldBe([Outcome(0), Outcome(1), Outcome(2), Outcome(3)]);
        (await run.Store.ReadGroupAsync(Groups[1], default)).Select(chunk => chunk.Count).ShouldBe([2, 2]);
    }

    [Fact]
    public async Task Group_OfAnotherPlan_IsNotThere()
    {
        var run = await PlannedAsync(PlanStrategy.Even);

        var error = await Should.ThrowAsync<RunStoreException>(() => run.Store.ReadGroupAsync(new ChunkRange(1, 2), default));

        error.Message.ShouldBe("The object runs/run-1/groups/000001-000002/chunks.json is not in the store.");
    }

    /// <summary>Four chunks of two flashpoints; the one at index 3 has failed, and the one at 5 is not answered.</summary>
    private static async Task<StoredRun> PlannedAsync(PlanStrategy strategy)
    {
        var run = await StoredRun.WithAsync(8);
        var plan = Planner.Plan(await run.Store.DescribeAsync(default), new PlanOptions { Workers = 4, Strategy = strategy });
        await run.Store.WriteChunksAsync(plan, 0, since: 0, Groups, default);
        foreach (var chunk in plan.Chunks)
        {
            await run.SaveAsync(
                chunk.Index, 1, [.. chunk.Flashpoints.Where(i => i != 5).Select(i => (i, i == 3 ? "!no" : $"={i}"))]);
        }

        return run;
    }

    private static async Task ForgetChunksAsync(StoredRun run)
    {
        foreach (var name in run.Objects.Names.Where(name => name.Contains("/attempt-")).ToList())
            await run.Objects.DeleteAsync(name, default);
    }

    private static byte[] Outcome(int chunk) => System.Text.Encoding.UTF8.GetBytes($$"""{"chunk":{{chunk}}}""");
}
