using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Planning;
using Serverless.Core.Results;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Storage;

/// <summary>A run in a store in memory, with the flashpoints fp-0, fp-1 and so on.</summary>
internal sealed class StoredRun
{
    public StoredRun(string id = "run-1") => Store = new RunStore(Objects, RunId.Parse(id));

    public MemoryObjectStore Objects { get; } = new();

    public RunStore Store { get; }

    public string this[string name] => Encoding.UTF8.GetString(Objects[$"runs/{Store.Run}/{name}"]);

    public static async Task<StoredRun> WithAsync(int count, Func<int, string>? more = null)
    {
        var run = new StoredRun();
        var lines = Enumerable.Range(0, count).Select(i => $$"""{"id":"fp-{{i}}"{{more?.Invoke(i)}}}""");
        await run.WriteManifestAsync(string.Join('\n', lines.DefaultIfEmpty("[]")));
        return run;
    }

    /// <summary>A list of feeds, to go into a flashpoint after its id.</summary>
    public static string Feeds(int count) => $",\"feeds\":[{string.Join(',', Enumerable.Repeat("0", count))}]";

    public async Task<ManifestInfo> WriteManifestAsync(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await Store.WriteManifestAsync(FlashpointReader.ReadAsync(source, default), default);
    }

    public async Task<ChunkPlan> PlanAsync(PlanOptions options, int firstChunk = 0, IReadOnlyList<int>? only = null)
    {
        var plan = Planner.Plan(await Store.DescribeAsync(default), options, only);
        await Store.WriteChunksAsync(plan, firstChunk, default);
        return plan;
    }

    public Task<ChunkPlan> PlanAsync(int workers) => PlanAsync(new PlanOptions { Workers = workers });

    /// <summary>Saves what an attempt answered: <c>=json</c> a result, <c>!text</c> an error.</summary>
    public Task SaveAsync(int chunk, int attempt, params (int Index, string Answer)[] answers)
        => Store.SaveCheckpointsAsync(
            chunk, attempt, [.. answers.Select(one => Answer(one.Index, one.Answer))], default);

    /// <summary>Saves an answer to each flashpoint of a chunk.</summary>
    public Task SaveAllAsync(PlannedChunk chunk, Func<int, string> answer, int firstChunk = 0)
        => SaveAsync(firstChunk + chunk.Index, 1, [.. chunk.Flashpoints.Select(index => (index, answer(index)))]);

    public async Task<string> ExportAsync(ResultFormat format)
    {
        using var target = new MemoryStream();
        await Store.ExportAsync(target, format, default);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    private static Checkpoint Answer(int index, string answer) => answer[0] is '='
        ? new Checkpoint(index, $"fp-{index}", Encoding.UTF8.GetBytes(answer[1..]), null)
        : new Checkpoint(index, $"fp-{index}", null, answer[1..]);
}
