using System.Text;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>
/// Plants secrets that cannot be mistaken, lets everything happen that makes programs talkative, and looks for them in all
/// that was said, sent and written. The one allowed place is the job itself, which tells RunPod where to report.
/// </summary>
public sealed class PlantedSecretsTests
{
    private const string RunPodKey = "rpa_PLANTEDRUNPODKEY0001";
    private const string WriteKey = "PLANTEDWRITEKEY000000002";
    private const string ReadKey = "PLANTEDREADKEY0000000003";
    private const string WrongKey = "PLANTEDWRONGKEY000000004";
    private const string SourceSecret = "PLANTEDSOURCESECRET00005";
    private const string HeaderSecret = "PLANTEDHEADERSECRET00006";

    /// <summary>One chunk fails for good, some calls fail for a while, some answers are lost.</summary>
    private const string Faults = """
        {"seed": 7, "faults": [
          {"kind": "handler_error", "match": {"chunk": 1}},
          {"kind": "http_502_html", "operation": "status", "times": 2},
          {"kind": "http_500", "operation": "run", "times": 1},
          {"kind": "worker_crash", "match": {"chunk": 2}, "times": 1}]}
        """;

    private static readonly string[] Planted = [RunPodKey, WriteKey, ReadKey, WrongKey, SourceSecret, HeaderSecret];

    [Theory]
    [InlineData("text", $"http://127.0.0.1:9/list.json?sig={SourceSecret}")]
    [InlineData("json", $"postgresql://etl:{SourceSecret}@127.0.0.1:9/lists")]
    public async Task Secrets_WhateverHappens_AreNowhere(string logFormat, string source)
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync(Faults);
        await using var collector = await Collector.StartAsync();
        await using var webhooks = await WebhookCatcher.StartAsync();
        using var served = await Served.StartAsync(place,
        [
            .. endpoint.Environment, .. collector.Environment, ("RUNPOD_API_KEY", RunPodKey),
            ("API_KEY", $"etl={WriteKey},screen:read={ReadKey}"),
            ("FLASHPOINT_SOURCE", source), ("FLASHPOINT_SOURCE_HEADERS", $$"""{"Authorization":"Bearer {{HeaderSecret}}"}"""),
            ("FLASHPOINT_QUERY", "SELECT id FROM list"), ("PUBLIC_URL", webhooks.Address), ("MAX_RETRIES_PER_JOB", "1"),
            ("LOG_LEVEL", "TRACE"), ("LOG_FORMAT", logFormat),
        ]);
        served.Http.DefaultRequestHeaders.Add("x-functions-key", WriteKey);
        webhooks.Host = served.Http.BaseAddress;

        var heard = new StringBuilder();
        foreach (var call in Calls(place)) heard.AppendLine(await TextOfAsync(await served.Http.SendAsync(call)));
        var token = await webhooks.Token;
        foreach (var call in WebhookCalls(token)) heard.AppendLine(await TextOfAsync(await served.Http.SendAsync(call)));
        await collector.WhenAsync(c => c.Spans.Any(span => span.Name == "run"), "the run's end");
        await collector.WhenAsync(c => c.Metrics.Any(metric => metric.Name == "fanout.runs.ended"), "the run's count");
        served.Process.Terminate();
        (await served.Process.ExitAsync()).ShouldBe(0, served.Process.Errors);

        var places = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["answers"] = heard.ToString(),
            ["standard output"] = served.Process.Output,
            ["log"] = served.Process.Errors,
            ["collector"] = collector.Everything,
        };
        foreach (var file in Directory.EnumerateFiles(place.Path, "*", SearchOption.AllDirectories))
            places[Path.GetRelativePath(place.Path, file)] = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file));

        places["log"].ShouldContain("chunk 1");
        places["answers"].ShouldContain("urn:fanout:problem:unauthorized");
        places["answers"].ShouldContain("urn:fanout:problem:source-unavailable");
        places.Keys.ShouldContain(name => name.EndsWith("fanout.db", StringComparison.Ordinal));
        Find(places, [.. Planted, token]).ShouldBeEmpty();
    }

    private static IEnumerable<HttpRequestMessage> Calls(Workplace place)
    {
        yield return Post("/api/runs?wait=600", $$"""{"run_id":"r","flashpoints":{{place.Flashpoints}}}""");
        yield return Post($"/api/runs?code={WriteKey}", "{\"flashpoints\":7}");
        yield return Post("/api/schedule/run", "");
        foreach (var path in new[]
        {
            "/", "/api/health", "/api/endpoints", "/api/alerts", "/api/schedule", "/api/runs", "/api/runs/r", "/api/runs/r/results",
            "/openapi/v1.json", "/runtime/webhooks/durabletask/instances",
            "/runtime/webhooks/durabletask/instances/r:1?showHistory=true&showHistoryOutput=true",
            "/api/runs/nobody",
        })
        {
            yield return Get(path, key: null);
            yield return Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={ReadKey}", key: null);
            yield return Get(path, WrongKey);
        }

        yield return Get($"/api/runs?code={WrongKey}", "");
        yield return Post($"/api/runs/r/cancel?code={ReadKey}", "");
    }

    private static IEnumerable<HttpRequestMessage> WebhookCalls(string token)
    {
        yield return Post($"/api/runpod/webhook/{token}", """{"id":"j","status":"COMPLETED"}""");
        yield return Post($"/api/runpod/webhook/{token}x", "{}");
        yield return Get($"/api/runpod/webhook/{token}", key: null);
    }

    private static HttpRequestMessage Get(string path, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (key is not null) request.Headers.Add("x-functions-key", key);
        return request;
    }

    private static HttpRequestMessage Post(string path, string json) => new(HttpMethod.Post, new Uri(path, UriKind.Relative))
    {
        Content = new StringContent(json, Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
    };

    private static async Task<string> TextOfAsync(HttpResponseMessage answer)
    {
        using (answer) return $"{answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync()}";
    }

    private static IEnumerable<string> Find(Dictionary<string, string> places, string[] secrets) =>
        from place in places
        from secret in secrets
        let at = place.Value.IndexOf(secret, StringComparison.Ordinal)
        where at >= 0
        let around = place.Value[Math.Max(0, at - 150)..Math.Min(place.Value.Length, at + secret.Length + 40)]
        select $"{place.Key} has {secret}: …{around}…";
}
