using FsCheck;
using FsCheck.Fluent;
using Serverless.Core.Planning;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

/// <summary>Aggregation against a model that holds everything in memory.</summary>
public sealed class AggregationPropertyTests
{
    private static Gen<Case> Cases =>
        from count in Gen.Choose(0, 40)
        from workers in Gen.Choose(1, 12)
        from strategy in Gen.Elements(PlanStrategy.Even, PlanStrategy.Weight)
        from retried in Gen.Elements(true, false).ArrayOf(count)
        from answers in Gen.Elements("", "", "!", "=").ArrayOf(count * 4)
        from maxOpen in Gen.Choose(2, 5)
        select new Case(count, workers, strategy, retried, answers, maxOpen);

    [Fact]
    public void Aggregate_AnyAnswers_GivesEachFlashpointItsFirstGoodOne()
        => Properties.Hold(Cases, one => Task.Run(() => CheckAsync(one)).GetAwaiter().GetResult(), count: 200);

    private static async Task CheckAsync(Case one)
    {
        var run = await StoredRun.WithAsync(one.Count, i => StoredRun.Feeds(i * 7 % 5));
        var options = new PlanOptions { Workers = one.Workers, Strategy = one.Strategy };
        var plan = await run.PlanAsync(options);
        var only = Enumerable.Range(0, one.Count).Where(i => one.Retried[i]).ToList();
        var retry = await run.PlanAsync(options, plan.Chunks.Count, only);

        var expected = new string?[one.Count];
        var chunks = plan.Chunks.Concat(retry.Chunks).ToList();
        foreach (var (number, chunk) in chunks.Index())
        {
            for (var attempt = 1; attempt <= 2; attempt++)
            {
                var round = (number < plan.Chunks.Count ? 0 : 2) + attempt - 1;
                var answers = chunk.Flashpoints
                    .Where(index => one.Answers[(index * 4) + round] != "")
                    .Select(index => (index, $"{one.Answers[(index * 4) + round]}\"{index} in {number}.{attempt}\""))
                    .ToArray();
                await run.SaveAsync(number, attempt, answers);
                foreach (var (index, answer) in answers)
                    if (answer[0] == '=') expected[index] ??= answer[1..];
            }
        }

        var info = await new Aggregation(run.Objects, new RunLayout(run.Store.Run), one.MaxOpen).RunAsync(default);

        var results = string.Concat(expected.Select((result, i) => $"{(i == 0 ? "" : ",")}\n{result ?? "null"}"));
        run["results.json"].ShouldBe($"[{results}\n]\n");
        info.Done.ShouldBe(expected.Count(result => result is not null));
        (await run.Store.ReadFailedIndexesAsync(default))
            .ShouldBe(Enumerable.Range(0, one.Count).Where(i => expected[i] is null));
    }

    /// <summary>Four answers for each flashpoint: two attempts of its chunk, two of its retry.</summary>
    private sealed record Case(
        int Count, int Workers, PlanStrategy Strategy, bool[] Retried, string[] Answers, int MaxOpen);
}
