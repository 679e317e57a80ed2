using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Work;
using Serverless.Workers;

namespace Serverless.Benchmarks.Soak;

/// <summary>Compares what came out with what should have.</summary>
internal static class SoakResults
{
    /// <summary>Every entry in its place and what the worker would say of it; null for the poison, and for nothing else.</summary>
    public static async Task CheckAsync(string runFolder, SoakPlan plan)
    {
        var expected = await ExpectedAsync(plan);
        await using var file = File.OpenRead(Path.Combine(runFolder, "results.json"));
        var index = 0;
        await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable(file, WorkJson.Default.JsonElement))
        {
            if (index == plan.Flashpoints) throw new WrongResultException($"There are more than {plan.Flashpoints} results.");
            var due = plan.Poison.Contains(index) ? "null" : expected[index];
            if (entry.GetRawText() != due)
                throw new WrongResultException($"Result {index} should be {due}; it is {entry.GetRawText()}.");
            index++;
        }

        if (index != plan.Flashpoints) throw new WrongResultException($"{plan.Flashpoints} results were due; {index} came.");
    }

    /// <summary>Every flashpoint has exactly one stored answer; that of the poison is its error.</summary>
    public static void CheckStoredOnce(string runFolder, int flashpoints)
    {
        var stored = Directory.EnumerateFiles(Path.Combine(runFolder, "chunks"), "attempt-*", SearchOption.AllDirectories)
            .SelectMany(path => File.ReadLines(path).Select(line => (Path: path, Index: line[..line.IndexOf(',')])))
            .GroupBy(line => line.Index, StringComparer.Ordinal)
            .ToList();
        if (stored.Find(lines => lines.Count() > 1) is { } twice)
            throw new WrongResultException($"Stored twice: {twice.Key} in {string.Join(" and ", twice.Select(line => line.Path))}");
        if (stored.Count != flashpoints)
            throw new WrongResultException($"{flashpoints} answers should be stored; {stored.Count} are.");
    }

    private static async Task<List<string>> ExpectedAsync(SoakPlan plan)
    {
        var handler = new SampleHandler(new SampleHandlerOptions(), TimeProvider.System, NullLogger<SampleHandler>.Instance);
        var all = new List<string>(plan.Flashpoints);
        for (var first = 0; first < plan.Flashpoints; first += plan.ChunkSize)
        {
            var count = Math.Min(plan.ChunkSize, plan.Flashpoints - first);
            var list = string.Join(',', Enumerable.Range(first, count).Select(index => SoakPlan.FlashpointOf(index).ToJsonString()));
            var job = new WorkerJob("expected", JsonElement.Parse($$"""{"flashpoints":[{{list}}]}"""));
            var answer = await handler.HandleAsync(job, _ => ValueTask.CompletedTask, CancellationToken.None);
            all.AddRange(answer.GetProperty("results").EnumerateArray().Select(entry => entry.GetRawText()));
        }

        return all;
    }
}
