using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Runs;

/// <summary>Jobs that all take the same time on a driven clock, and report their end if they are given somewhere to report it to.
/// </summary>
internal sealed class ClockBackend(ManualClock clock, TimeSpan duration, Func<DurableClient> client)
    : IJobBackend, IStreamsOutput
{
    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task<bool>> _reports = [];
    private int _last;

    public string Address => "clock";

    /// <summary>Where a job of an attempt reports its end, if it does: the instance of its chunk.</summary>
    public static Uri WebhookOf(AttemptInput attempt) => new(
        $"https://example.org/{attempt.Attempt}/{Uri.EscapeDataString(Names.ChunkInstance(attempt.Chunk.Run.RunId, attempt.Chunk.Chunk))}");

    public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        // As RunPod's ids: a UUID and a region.
        var id = $"{new Guid(Interlocked.Increment(ref _last), 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])}-u1";
        _jobs[id] = new Job(clock.GetUtcNow() + duration, Answer(request.Input));
        if (request.Webhook is { } webhook)
            clock.CreateTimer(_ => _reports.Add(ReportAsync(webhook, id)), null, duration, Timeout.InfiniteTimeSpan);
        return Task.FromResult(new JobId(id));
    }

    public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken)
    {
        var found = _jobs[job.Id.Value];
        var isDone = clock.GetUtcNow() >= found.EndsAt;
        return Task.FromResult(new JobSnapshot
        {
            State = isDone ? JobState.Completed : JobState.Running,
            DelayTime = TimeSpan.FromMilliseconds(812),
            ExecutionTime = isDone ? duration : null,
            WorkerId = "z3jr9rv2k3tt2y",
            Output = isDone ? found.Output : null,
        });
    }

    /// <summary>The handler does not stream; that it does not has to be found out, as with RunPod.</summary>
    public Task<IReadOnlyList<JobPart>> DrainAsync(JobReference job, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JobPart>>([]);

    public Task CancelAsync(JobReference job, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Completes when every report has arrived, or was too late.</summary>
    public Task ReportsAsync() => Task.WhenAll(_reports);

    private Task<bool> ReportAsync(Uri webhook, string jobId)
    {
        var instance = Uri.UnescapeDataString(webhook.Segments[^1]);
        var attempt = int.Parse(webhook.Segments[1].TrimEnd('/'), CultureInfo.InvariantCulture);
        var payload = JsonSerializer.SerializeToElement(jobId, RunJson.Default.String);
        return client().RaiseEventAsync(instance, Names.JobEvent(attempt), payload);
    }

    private static byte[] Answer(ReadOnlyMemory<byte> input)
    {
        using var job = JsonDocument.Parse(input);
        var ids = job.RootElement.GetProperty("flashpoints").EnumerateArray().Select(one => one.GetProperty("id").GetString());
        return Encoding.UTF8.GetBytes($$"""{"results":[{{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}"}"""))}}]}""");
    }

    private sealed record Job(DateTimeOffset EndsAt, byte[] Output);
}
