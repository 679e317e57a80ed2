using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Workers;

namespace Serverless.EndToEnd.Tests;

/// <summary>Outputs that RunPod loses because they are too large.</summary>
public sealed class CeilingTests
{
    [Fact]
    public async Task Run_WhoseOutputsAreAllOverTheCeiling_HasEveryResultFromTheStream()
    {
        using var place = new Workplace();
        var handler = new AwaitedHandler();
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler, resultLimit: 100);

        using var run = FanOutProcess.Start(
            place.Path, ["run", "flashpoints.json", "--out", "results.json", "--max-attempts", "20"],
            (_, line) => handler.Hear(line), endpoint.Environment);

        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        place.Report.GetProperty("failed").GetInt32().ShouldBe(0);
    }

    /// <summary>A worker that goes on when what it has streamed was taken: whether that is before its job ends is no matter of chance
    /// then.</summary>
    private sealed class AwaitedHandler : IWorkerHandler
    {
        private const string Taken = " completed flashpoint ";

        private readonly ConcurrentDictionary<string, TaskCompletionSource> _taken = new(StringComparer.Ordinal);
        private readonly SampleHandler _inner = new(
            new SampleHandlerOptions(), TimeProvider.System, NullLogger<SampleHandler>.Instance);

        /// <summary>Takes a line of the run's log.</summary>
        public void Hear(string line)
        {
            var at = line.IndexOf(Taken, StringComparison.Ordinal);
            if (at >= 0) TakenOf(line[(at + Taken.Length)..]).TrySetResult();
        }

        public Task<JsonElement> HandleAsync(
            WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken) => _inner.HandleAsync(
            job,
            async entry =>
            {
                await emit(entry);
                await TakenOf(entry.GetProperty("id").GetString()!).Task.WaitAsync(cancellationToken);
            },
            cancellationToken);

        private TaskCompletionSource TakenOf(string id) =>
            _taken.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
