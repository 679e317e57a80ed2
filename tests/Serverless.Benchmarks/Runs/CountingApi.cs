using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.RunPod;

namespace Serverless.Benchmarks.Runs;

/// <summary>Counts the calls of each second on their way to the job API, and notes when each job was sent.</summary>
internal sealed class CountingApi(IRunPodApi api, TimeProvider clock) : IRunPodApi
{
    private readonly ConcurrentDictionary<(string Operation, long Second), int> _calls = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _sentAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lookedAt = new(StringComparer.Ordinal);

    /// <summary>How many calls of an operation there were.</summary>
    public int Total(string operation) => _calls.Where(call => call.Key.Operation == operation).Sum(call => call.Value);

    /// <summary>The most calls of an operation in ten seconds in a row, as calls a second.</summary>
    public double MostPerSecond(string operation)
    {
        var seconds = _calls.Where(call => call.Key.Operation == operation).ToDictionary(call => call.Key.Second, call => call.Value);
        return seconds.Count == 0
            ? 0
            : seconds.Keys.Max(first => seconds.Where(of => of.Key >= first && of.Key < first + 10).Sum(of => of.Value)) / 10.0;
    }

    /// <summary>When a job was sent: before it was taken, by the time that takes.</summary>
    public DateTimeOffset SentAt(string jobId) => _sentAt[jobId];

    public async Task<HttpResponseMessage> RunAsync(HttpContent body, CancellationToken cancellationToken)
    {
        var sentAt = clock.GetUtcNow();
        var answer = await Counted("run", () => api.RunAsync(body, cancellationToken));
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode) return answer;
        var job = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        _sentAt[job.GetProperty("id").GetString()!] = sentAt;
        return answer;
    }

    /// <summary>When a job was last asked after.</summary>
    public DateTimeOffset LookedAt(string jobId) => _lookedAt[jobId];

    public Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken)
    {
        _lookedAt[id] = clock.GetUtcNow();
        return Counted("status", () => api.StatusAsync(id, cancellationToken));
    }

    public Task<HttpResponseMessage> StreamAsync(string id, CancellationToken cancellationToken) =>
        Counted("stream", () => api.StreamAsync(id, cancellationToken));

    public Task<HttpResponseMessage> CancelAsync(string id, CancellationToken cancellationToken) =>
        Counted("cancel", () => api.CancelAsync(id, cancellationToken));

    public Task<HttpResponseMessage> RetryAsync(string id, CancellationToken cancellationToken) =>
        Counted("retry", () => api.RetryAsync(id, cancellationToken));

    public Task<HttpResponseMessage> PurgeQueueAsync(CancellationToken cancellationToken) =>
        Counted("purge-queue", () => api.PurgeQueueAsync(cancellationToken));

    public Task<HttpResponseMessage> HealthAsync(CancellationToken cancellationToken) =>
        Counted("health", () => api.HealthAsync(cancellationToken));

    private Task<HttpResponseMessage> Counted(string operation, Func<Task<HttpResponseMessage>> call)
    {
        _calls.AddOrUpdate((operation, clock.GetUtcNow().ToUnixTimeSeconds()), 1, static (_, count) => count + 1);
        return call();
    }
}
