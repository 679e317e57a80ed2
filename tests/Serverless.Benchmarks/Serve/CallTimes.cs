using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Serve;

/// <summary>Sends requests, and notes how long each took and how it was answered.</summary>
internal sealed class CallTimes(HttpClient http)
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _times = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _codes = new();
    private int _broken;

    /// <summary>Requests that got no answer at all.</summary>
    public int Broken => Volatile.Read(ref _broken);

    public int Count => _codes.Values.Sum();

    public int CountOf(int hundreds) => _codes.Where(code => code.Key / 100 == hundreds).Sum(code => code.Value);

    /// <summary>Sends one and reads the answer to its end.</summary>
    /// <returns>The code, 0 when there was no answer, and the body.</returns>
    public async Task<(HttpStatusCode Code, byte[] Body)> SendAsync(string kind, HttpRequestMessage request)
    {
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            _times.GetOrAdd(kind, _ => []).Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            _codes.AddOrUpdate((int)answer.StatusCode, 1, (_, count) => count + 1);
            return (answer.StatusCode, body);
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _broken);
            return (0, []);
        }
    }

    public Task<(HttpStatusCode Code, byte[] Body)> GetAsync(string kind, string path) =>
        SendAsync(kind, new HttpRequestMessage(HttpMethod.Get, path));

    public JsonObject Codes() => new(_codes.OrderBy(code => code.Key)
        .Select(code => KeyValuePair.Create<string, JsonNode?>($"{code.Key}", code.Value)));

    /// <summary>Milliseconds by kind of request: median, 95 and 99 of a hundred, longest.</summary>
    public JsonObject Latencies() => new(_times.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind =>
        KeyValuePair.Create<string, JsonNode?>(kind.Key, new JsonObject
        {
            ["n"] = kind.Value.Count,
            ["p50"] = Report.Round(Samples.Percentile(kind.Value, 0.5)),
            ["p95"] = Report.Round(Samples.Percentile(kind.Value, 0.95)),
            ["p99"] = Report.Round(Samples.Percentile(kind.Value, 0.99)),
            ["max"] = Report.Round(kind.Value.Max()),
        })));
}
