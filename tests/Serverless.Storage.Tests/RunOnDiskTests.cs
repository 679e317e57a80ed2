using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Planning;
using Serverless.Core.Results;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Storage.Tests;

/// <summary>A whole run's storage on a real disk. Reads the size of the heap, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(RunOnDiskTests), DisableParallelization = true)]
[Collection(nameof(RunOnDiskTests))]
public sealed class RunOnDiskTests : IDisposable
{
    private const int Count = 100_000;
    private const int Workers = 100;
    private const long Megabyte = 1024 * 1024;

    private static readonly string Prose = new('p', 1_100);

    private readonly TemporaryFolder _folder = new();
    private readonly FileObjectStore _objects;
    private readonly HeapMeter _heap;
    private readonly RunStore _run;

    public RunOnDiskTests()
    {
        _objects = new FileObjectStore(_folder.Path);
        _heap = new HeapMeter(_objects);
        _run = new RunStore(_heap, RunId.Parse("large"));
    }

    public void Dispose()
    {
        _objects.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(PlanStrategy.Even)]
    [InlineData(PlanStrategy.Weight)]
    public async Task Run_OfManyFlashpoints_IsStoredInBoundedMemory(PlanStrategy strategy)
    {
        var manifest = await _run.WriteManifestAsync(SourceAsync(), default);
        manifest.Bytes.ShouldBeGreaterThan(100 * Megabyte);
        var plan = Planner.Plan(
            await _run.DescribeAsync(default), new PlanOptions { Workers = Workers, Strategy = strategy });
        await _run.WriteChunksAsync(plan, 0, default);

        foreach (var chunk in plan.Chunks) await AnswerAsync(chunk);
        var info = await _run.AggregateAsync(default);

        (info.Flashpoints, info.Done).ShouldBe((Count, Count));
        using var results = new StreamReader((await _objects.OpenReadAsync(info.Results.Name, default))!);
        (await results.ReadLineAsync()).ShouldBe("[");
        for (var i = 0; i < Count; i++)
        {
            var line = await results.ReadLineAsync();
            if (line != (i == Count - 1 ? Result(i) : Result(i) + ",")) line.ShouldBe(Result(i));
        }

        _heap.PeakBytes.ShouldBeLessThan(64 * Megabyte);
    }

    private static string Result(int index) => $$"""{"of":"fp-{{index}}"}""";

    private async Task AnswerAsync(PlannedChunk chunk)
    {
        var entries = await _run.ReadMissingAsync(chunk.Index, default);
        var output = $"[{string.Join(',', entries.Select(entry => Result(entry.Index)))}]";
        var match = JobOutput.Match(Encoding.UTF8.GetBytes(output), entries);
        await _run.SaveCheckpointsAsync(chunk.Index, attempt: 1, match.Checkpoints, default);
    }

    private async IAsyncEnumerable<Flashpoint> SourceAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < Count; i++)
        {
            if (i % 20_000 == 0) _heap.Measure();
            cancellationToken.ThrowIfCancellationRequested();
            var json = $$"""{"id":"fp-{{i}}","text":"{{Prose}}"}""";
            yield return new Flashpoint($"fp-{i}", 0, Encoding.UTF8.GetBytes(json));
            await Task.CompletedTask;
        }
    }
}
