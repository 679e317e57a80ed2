using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.TestKit;
using Serverless.Workers;

namespace Serverless.EndToEnd.Tests;

/// <summary>What a generator has yielded before its worker died is not computed again.</summary>
public sealed class StreamTests
{
    private const int Flashpoints = 12;

    [PythonFact]
    public async Task Run_WorkerThatDiesAfterFiveOfTwelveEntries_CostsExactlySevenInTheNextAttempt()
    {
        using var place = new Workplace();
        var handler = new RecordingHandler(PythonGenerator());
        await using var endpoint = await RemoteEndpoint.StartAsync(
            """{"faults":[{"kind":"worker_crash","after_entries":5,"times":1}]}""", handler, redispatches: 0);

        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--out", "results.json", "--chunk-size", "12"], endpoint.Environment);

        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        handler.Inputs.ShouldBe([place.FlashpointIds, place.FlashpointIds.Skip(5)], new SameIds());
        handler.Emitted.ShouldBe(place.FlashpointIds); // each entry is computed once
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        var chunk = place.Report.GetProperty("chunks").EnumerateArray().ShouldHaveSingleItem();
        chunk.GetProperty("attempts").GetInt32().ShouldBe(2);
    }

    [PythonFact]
    public async Task Run_WorkerThatDiesAfterEachEntry_ComputesEachOnce()
    {
        using var place = new Workplace();
        var handler = new RecordingHandler(PythonGenerator());
        await using var endpoint = await RemoteEndpoint.StartAsync(
            """{"faults":[{"kind":"worker_crash","after_entries":1,"times":3}]}""", handler, redispatches: 0);

        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--out", "results.json", "--chunk-size", "12", "--max-attempts", "9"],
            endpoint.Environment);

        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        handler.Emitted.Count.ShouldBe(Flashpoints);
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
    }

    private static CommandHandler PythonGenerator() => new(
        $"python3 '{Path.Combine(AppContext.BaseDirectory, "handler.py")}' --stdin", TimeProvider.System,
        NullLogger<CommandHandler>.Instance);

    /// <summary>Notes what a handler is given and what it emits.</summary>
    private sealed class RecordingHandler(IWorkerHandler inner) : IWorkerHandler
    {
        public ConcurrentQueue<IReadOnlyList<string>> Inputs { get; } = new();

        public ConcurrentQueue<string> Emitted { get; } = new();

        public Task<JsonElement> HandleAsync(WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
        {
            Inputs.Enqueue([.. job.Input.GetProperty("flashpoints").EnumerateArray().Select(IdOf)]);
            return inner.HandleAsync(
                job,
                entry =>
                {
                    Emitted.Enqueue(IdOf(entry));
                    return emit(entry);
                },
                cancellationToken);
        }

        private static string IdOf(JsonElement one) => one.GetProperty("id").GetString()!;
    }

    private sealed class SameIds : IEqualityComparer<IEnumerable<string>>
    {
        public bool Equals(IEnumerable<string>? one, IEnumerable<string>? other) => one!.SequenceEqual(other!);

        public int GetHashCode(IEnumerable<string> ids) => ids.Count();
    }
}
