using System.Text.Json.Nodes;

namespace Serverless.TestKit.Wire;

/// <summary>Every kind of call of the HTTP API, one after the other, on a head that has nothing in it yet. What the embedded head
/// answers is recorded; every head has to answer the same.</summary>
public static class WireScript
{
    /// <summary>The date of the runs.</summary>
    public const string Date = "2025-01-01";

    /// <summary>A file with two flashpoints: FLASHPOINT_SOURCE of the head.</summary>
    public const string SourceText = """[{"id":"timed-0"},{"id":"timed-1"}]""";

    private const string Held = "wire-held";

    /// <summary>Calls, and gives what was answered.</summary>
    public static async Task<IReadOnlyList<WireExchange>> RunAsync(WireTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var client = new WireClient(target);
        var gate = new Gate();
        target.Backend.Script = _ => gate.Script;
        await ServiceAsync(client);
        await StartsAsync(client);
        await BadStartsAsync(client);
        await LookingAsync(client);
        await ResultsAsync(client);
        await HeldRunAsync(client, target, gate);
        await ScheduleAsync(client);
        await DeletionAsync(client);
        return client.Exchanges;
    }

    private static async Task ServiceAsync(WireClient client)
    {
        await client.CallAsync("GET /alive");
        await client.CallAsync("GET /ready");
        await client.CallAsync("GET /api/health");
        await client.CallAsync("POST /api/health");
        await client.CallAsync("GET /api/endpoints");
        await client.CallAsync("GET /");
        await client.CallAsync("HEAD /main.js");
        await client.CallAsync("GET /nothing.js");
        await client.CallAsync("GET /api/runs");
        await client.CallAsync("GET /api/jobs");
    }

    private static async Task StartsAsync(WireClient client)
    {
        await client.CallAsync("POST /api/runs", Body("wire-1"));
        await EndedAsync(client, "wire-1");
        await client.CallAsync("POST /api/runs", Body("wire-1"));
        await client.CallAsync("POST /api/runs", Body("wire-1", count: 2));
        await client.CallAsync("POST /api/runs", Body("wire-1", more: ""","cleanup":false"""));
        await client.CallAsync("POST /api/runs?wait=300", Body("wire-2", count: 2));
        await client.CallAsync("POST /api/runs?wait=300", """{"run_id":"empty","date":"2025-01-02","flashpoints":[]}""");
        await client.CallAsync("POST /api/runs", Unnamed, ["Idempotency-Key: key-1"], "POST /api/runs (no run_id)");
        await client.CallAsync("POST /api/runs", Unnamed, ["Idempotency-Key: key-1"], "POST /api/runs (no run_id, again)");

        // Jobs are numbered as they come, so none may still be on its way when the next run begins.
        await client.UntilAsync("/api/runs", page => page["runs"]!.AsArray().All(run => run!["ended_at"] is not null));
    }

    private static async Task BadStartsAsync(WireClient client)
    {
        foreach (var body in new[]
        {
            "", "{", "[]", "{}", """{"flashpoints":[{"id":""}]}""",
            """{"flashpoints":[{"id":"a"},{"id":"a"}]}""", """{"flashpoints":[1]}""", """{"flashpoints":"none"}""",
            """{"flashpoints":[{"id":"a"}],"unknown":1}""", """{"flashpoints":[{"id":"a"}],"date":"01/02/2025"}""",
            """{"flashpoints":[{"id":"a"}],"run_id":"a b"}""", """{"flashpoints":[{"id":"a"}],"workers":0}""",
            """{"flashpoints":[{"id":"a"}],"source":"https://example.org/list"}""", """{"source":"https://example.org/list"}""",
            """{"flashpoints":[{"id":"a"}],"options":{"max_cost":1}}""", """{"flashpoints":[{"id":"a"}],"options":{"chunk_size":"1"}}""",
        })
        {
            await client.CallAsync("POST /api/runs", body, shown: $"POST /api/runs {body}");
        }

        await client.CallAsync("POST /api/runs", "a,b", ["Content-Type: text/csv"]);
        await client.CallAsync("POST /api/runs?wait=never", Body("wire-3"));
        await client.CallAsync("POST /api/runs", Body("wire-3"), ["Idempotency-Key: "]);
    }

    private static async Task LookingAsync(WireClient client)
    {
        await client.CallAsync("GET /api/runs?status=completed&date=2025-01-01&limit=2&q=wire-");
        foreach (var query in new[] { "status=gone", "limit=0", "date=today", "after=%20", "limit=x" })
            await client.CallAsync($"GET /api/runs?{query}");
        await client.CallAsync("GET /api/runs/wire-1");
        await client.CallAsync("GET /api/runs/wire-none");
        await client.CallAsync("GET /api/runs/a%20b");
        await client.CallAsync("GET /api/runs/wire-1/flashpoints?from=1&limit=1");
        await client.CallAsync("GET /api/runs/wire-1/flashpoints?limit=0");
        await client.CallAsync("GET /api/runs/wire-1/events");
        await client.CallAsync("GET /api/runs/wire-none/events");
        await client.CallAsync("GET /api/runs/wire-1/unknown");
        await client.CallAsync("PUT /api/runs", "{}");
        await client.CallAsync("PATCH /api/runs/wire-1", "{}");
        await client.CallAsync("OPTIONS /api/runs");
    }

    private static async Task ResultsAsync(WireClient client)
    {
        const string Path = "/api/runs/wire-1/results";
        await client.CallAsync($"GET {Path}");
        await client.CallAsync($"HEAD {Path}");
        await client.CallAsync($"GET {Path}?download=true");
        await client.CallAsync($"GET {Path}", headers: ["Range: bytes=0-9"]);
        await client.CallAsync($"GET {Path}", headers: ["Range: bytes=-5"]);
        await client.CallAsync($"GET {Path}", headers: ["Range: bytes=999999-"]);
        await client.CallAsync($"GET {Path}", headers: ["Range: bytes=0-9", "If-Range: \"other\""]);
        await client.CallAsync($"GET {Path}", headers: ["If-None-Match: *"]);
        await client.CallAsync($"GET {Path}", headers: ["Accept: application/x-ndjson"]);
        await client.CallAsync($"GET {Path}?format=jsonl&offset=1&limit=1");
        await client.CallAsync($"GET {Path}?format=csv");
        await client.CallAsync($"GET {Path}?format=xml");
        await client.CallAsync($"GET {Path}?offset=1");
        await client.CallAsync("GET /api/runs/wire-none/results");
    }

    private static async Task HeldRunAsync(WireClient client, WireTarget target, Gate gate)
    {
        await client.CallAsync("POST /api/runs", Body(Held));
        await client.UntilAsync($"/api/runs/{Held}", run => (string?)run["chunks"]!.AsArray().ElementAtOrDefault(1)?["state"] == "running");
        await client.CallAsync($"GET /api/runs/{Held}");
        await client.CallAsync($"GET /api/runs/{Held}/results");
        await client.CallAsync($"GET /api/runs/{Held}/results?partial=true");
        await client.CallAsync("GET /api/jobs");
        await client.CallAsync($"POST /api/runs/{Held}/retry");
        await client.CallAsync($"DELETE /api/runs/{Held}");
        await client.CallAsync("POST /api/runpod/webhook/forged", """{"id":"job-1"}""");
        await client.CallAsync($"POST /api/runpod/webhook/{target.Token(Held, 9, 1)}", "{}", shown: "POST webhook of no chunk");
        await client.CallAsync(
            $"POST /api/runpod/webhook/{target.Token(Held, 1, 1)}", "{}", shown: "POST webhook of the chunk");
        await client.CallAsync($"POST /api/runs/{Held}/cancel");
        await EndedAsync(client, Held);
        await client.CallAsync($"GET /api/runs/{Held}");
        await client.CallAsync($"GET /api/runs/{Held}/results");
        await client.CallAsync($"POST /api/runs/{Held}/cancel");
        gate.Open();
        await client.CallAsync($"POST /api/runs/{Held}/retry");
        await EndedAsync(client, Held, "completed");
        await client.CallAsync($"GET /api/runs/{Held}/results");
        await client.CallAsync($"POST /api/runs/{Held}/retry");
        await client.CallAsync("POST /api/jobs/cancel");
    }

    private static async Task ScheduleAsync(WireClient client)
    {
        await client.CallAsync("GET /api/schedule");
        await client.CallAsync("POST /api/schedule/run", shown: "POST /api/schedule/run (first)");
        await client.CallAsync("POST /api/schedule/run", shown: "POST /api/schedule/run (again)");
        await client.CallAsync("GET /api/schedule");
    }

    private static async Task DeletionAsync(WireClient client)
    {
        await client.CallAsync("DELETE /api/runs/wire-1");
        await client.CallAsync("DELETE /api/runs/wire-1");
        await client.CallAsync("GET /api/runs/wire-1");
        await client.CallAsync("POST /api/runs/wire-1/cancel");
        await client.CallAsync("POST /api/runs/wire-1/retry");
    }

    private static Task EndedAsync(WireClient client, string id, string? state = null) =>
        client.UntilAsync($"/api/runs/{id}", run => run["ended_at"] is not null && (state is null || (string?)run["state"] == state));

    private static string Body(string id, int count = 3, string more = "")
    {
        var options = $$"""{"chunk_size":1}{{more}}""";
        var list = List(count);
        return $$"""{"run_id":"{{id}}","date":"{{Date}}","trigger":"wire","workers":1,"options":{{options}},"flashpoints":{{list}}}""";
    }

    private static string Unnamed => $$"""{"date":"{{Date}}","workers":1,"flashpoints":{{List(1)}}}""";

    private static string List(int count) =>
        new JsonArray([.. Enumerable.Range(0, count).Select(One)]).ToJsonString();

    private static JsonObject One(int i) => new() { ["id"] = $"fp-{i}", ["title"] = $"Title {i}" };

    /// <summary>The second chunk of the held run waits, until the gate is opened.</summary>
    private sealed class Gate
    {
        private volatile bool _isOpen;

        public void Open() => _isOpen = true;

        public JobScript Script => JobScript.Of(job =>
            !_isOpen && job.Chunk == 1 && job.Input.GetProperty("run_id").GetString() == Held
                ? Look.Running(job)
                : Look.Completed(job));
    }
}
