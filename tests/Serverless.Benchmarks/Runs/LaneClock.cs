using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.Workers;

namespace Serverless.Benchmarks.Runs;

/// <summary>A worker that holds each job for a while and notes when it lets go of it, and how long it takes until the same lane's next
/// job is there.</summary>
/// <param name="holdMs">Milliseconds, half as many or half as many again by chance, so that ends are spread.</param>
internal sealed class LaneClock(double holdMs) : IWorkerHandler
{
    private readonly ConcurrentDictionary<(string Run, int Lane), long> _released = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _endedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Run, double Ms)> _gaps = new();

    /// <summary>When the handler of a job returned: its report leaves after that.</summary>
    public DateTimeOffset EndOf(string jobId) => _endedAt[jobId];

    /// <summary>Milliseconds from the end of a job until its lane's next job was with a worker.</summary>
    public IReadOnlyList<double> GapsOf(string run) => [.. _gaps.Where(gap => gap.Run == run).Select(gap => gap.Ms)];

    public async Task<JsonElement> HandleAsync(WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        var lane = (job.Input.GetProperty("run_id").GetString()!, job.Input.GetProperty("worker").GetInt32());
        if (_released.TryGetValue(lane, out var released))
            _gaps.Enqueue((lane.Item1, TimeProvider.System.GetElapsedTime(released).TotalMilliseconds));
        await Task.Delay(TimeSpan.FromMilliseconds(holdMs * (0.5 + Random.Shared.NextDouble())), TimeProvider.System, cancellationToken);
        var output = JsonSerializer.SerializeToElement(
            job.Input.GetProperty("flashpoints").EnumerateArray().Select(flashpoint => flashpoint.GetProperty("id").GetString()));
        _endedAt[job.Id] = TimeProvider.System.GetUtcNow();
        _released[lane] = TimeProvider.System.GetTimestamp();
        return output;
    }
}
