using static Serverless.Host.Tests.BadRequests.BadRequest;

namespace Serverless.Host.Tests.BadRequests;

/// <summary>Calls that lead nowhere, ask wrongly, or come from those who may not.</summary>
internal static class BadCalls
{
    private const string Good = """{"run_id":"never","flashpoints":[{"id":"a"}]}""";
    private const string Management = "/runtime/webhooks/durabletask";

    public static IEnumerable<BadRequest> All => [.. Paths, .. Queries, .. Results, .. Steps, .. Webhooks, .. Keys, .. Browsers];

    private static IEnumerable<BadRequest> Paths =>
    [
        Get("an unknown path", "/api/nothing").Is(404, "not-found", null, "\"/api/nothing\""),
        Get("an unknown part of a run", "/api/runs/ended/nothing").Is(404, "not-found"),
        Get("an unknown page", "/admin.php").Is(404, "not-found"),
        Get("dots in a path", "/api/runs/../../etc/passwd").Is(404, "not-found"),
        Get("escaped dots as an id", "/api/runs/..%2f..%2fended").Is(404, "not-found", "id"),
        Get("escaped dots in a path", "/api/runs/%2e%2e/%2e%2e/etc/passwd").Is(404, "not-found"),
        Get("twice escaped dots", "/api/runs/%252e%252e%252fended").Is(404, "not-found", "id"),
        Get("an escaped backslash", "/api/runs/..%5c..%5cended").Is(404, "not-found", "id"),
        Get("an id that is too long", $"/api/runs/{new string('x', 300)}").Is(404, "not-found", "id"),
        Get("an id of a chunk", "/api/runs/ended:0").Is(404, "not-found", "id"),
        Get("an id in another case", "/api/runs/ENDED").Is(404, "not-found", "id"),
        Get("results by a traversal", "/api/runs/..%2f..%2fended/results").Is(404, "not-found", "id"),
        new BadRequest("a run that is put", "PUT", "/api/runs/ended") { Body = "{}"u8.ToArray() }
            .Is(405, "method-not-allowed", null, "allowed is"),
        new BadRequest("all runs deleted", "DELETE", "/api/runs").Is(405, "method-not-allowed", null, "allowed is"),
        new BadRequest("results that are posted", "POST", "/api/runs/ended/results").Is(405, "method-not-allowed", null, "GET"),
        Get("a cancel that is a look", "/api/runs/live/cancel").Is(405, "method-not-allowed", null, "POST"),
        Get("a webhook that is a look", "/api/runpod/webhook/x").Is(405, "method-not-allowed", null, "POST"),
        new BadRequest("a method nobody knows", "BREW", "/api/runs").Is(405, "method-not-allowed"),
    ];

    private static IEnumerable<BadRequest> Queries =>
    [
        Get("a status nobody has", "/api/runs?status=broken").Is(400, "invalid-request", "status", "pending, running"),
        Get("a status as number", "/api/runs?status=1").Is(400, "invalid-request", "status", "\"1\""),
        Get("a status twice", "/api/runs?status=running&status=failed").Is(400, "invalid-request", "status", "allowed is once"),
        Get("a date that is none", "/api/runs?date=2025-13-01").Is(400, "invalid-request", "date", "yyyy-MM-dd"),
        Get("a limit of none", "/api/runs?limit=0").Is(400, "invalid-request", "limit", "from 1 to 1000"),
        Get("a limit that is too large", "/api/runs?limit=1001").Is(400, "invalid-request", "limit", "from 1 to 1000"),
        Get("a limit that is none", "/api/runs?limit=many").Is(400, "invalid-request", "limit", "\"many\""),
        Get("a limit below zero", "/api/runs?limit=-1").Is(400, "invalid-request", "limit", "\"-1\""),
        Get("a limit that overflows", "/api/runs?limit=99999999999999999999").Is(400, "invalid-request", "limit"),
        Get("a place that is none", "/api/runs?after=nothing").Is(400, "invalid-request", "after", "the page before"),
        Get("a place that overflows", "/api/runs?after=99999999999999999999999").Is(400, "invalid-request", "after", "the page before"),
        Get("a place with SQL", "/api/runs?after=1%27%20OR%201=1").Is(400, "invalid-request", "after", "the page before"),
        Post("a wait that is too long", Good, "/api/runs?wait=601").Is(400, "invalid-request", "wait", "from 0 to 600"),
        Post("a wait that is none", Good, "/api/runs?wait=long").Is(400, "invalid-request", "wait", "\"long\""),
        Post("a wait twice", Good, "/api/runs?wait=1&wait=2").Is(400, "invalid-request", "wait", "allowed is once"),
    ];

    private static IEnumerable<BadRequest> Results =>
    [
        Get("results in another format", "/api/runs/ended/results?format=xml").Is(400, "invalid-request", "format", "json, jsonl or csv"),
        Get("results from below zero", "/api/runs/ended/results?format=jsonl&offset=-1").Is(400, "invalid-request", "offset"),
        Get("lines of JSON", "/api/runs/ended/results?offset=1").Is(400, "invalid-request", "offset", "format=jsonl or csv"),
        Get("no lines", "/api/runs/ended/results?format=csv&limit=0").Is(400, "invalid-request", "limit"),
        Get("a download that is none", "/api/runs/ended/results?download=maybe").Is(400, "invalid-request", "download", "true or false"),
        Get("results of a live run", "/api/runs/live/results").Is(409, "not-ended", null, "?partial=true"),
        Get("a range outside", "/api/runs/ended/results").With(("Range", "bytes=9999999-"))
            .Is(416, "range-not-satisfiable", "Range", "bytes"),
    ];

    private static IEnumerable<BadRequest> Steps =>
    [
        Post("the cancel of nobody", "", "/api/runs/nobody/cancel").Is(404, "not-found", "id", "\"nobody\""),
        Post("the cancel of an ended run", "", "/api/runs/ended/cancel").Is(409, "conflict", null, "has ended"),
        Post("the retry of a good run", "", "/api/runs/ended/retry").Is(409, "conflict", null, "is null"),
        Post("the retry of a live run", "", "/api/runs/live/retry").Is(409, "conflict", null, "has not ended"),
        new BadRequest("the end of a live run", "DELETE", "/api/runs/live").Is(409, "conflict", null, "cancel it"),
        new BadRequest("the end of nobody", "DELETE", "/api/runs/nobody").Is(404, "not-found", "id"),
        Post("another list under an id", """{"run_id":"ended","flashpoints":[{"id":"z"}]}""").Is(409, "conflict", null, "another list"),
        Post("another run under a live id", """{"run_id":"live","flashpoints":[{"id":"fp-0"}],"workers":9}""").Is(409, "conflict"),
        Post("an event that is no JSON", "{", $"{Management}/instances/live/raiseEvent/cancel").Is(400, "invalid-json"),
        Post("an event for nobody", "{}", $"{Management}/instances/nobody/raiseEvent/x").Is(404, "not-found", "instanceId"),
        Post("an event without a name", "{}", $"{Management}/instances/live/raiseEvent/%20").Is(400, "invalid-request", "eventName"),
        (Post("an event as text", "{}", $"{Management}/instances/live/raiseEvent/x") with { ContentType = "text/plain" })
            .Is(400, "invalid-request", "Content-Type", "application/json"),
        (Post("an event that is too large", "", $"{Management}/instances/live/raiseEvent/x") with { Body = new byte[1024 * 1024 + 1] })
            .Is(413, "body-too-large", null, "KiB"),
        Get("an unknown management call", $"{Management}/nothing").Is(404, "not-found"),
    ];

    private static IEnumerable<BadRequest> Webhooks =>
    [
        Post("a forged token", """{"id":"job-1","status":"COMPLETED"}""", "/api/runpod/webhook/bGl2ZTowOjE").Is(404, "not-found", "token"),
        Post("a token that is none", "{}", "/api/runpod/webhook/%20").Is(404, "not-found", "token"),
        Post("a token that is a path", "{}", "/api/runpod/webhook/..%2f..%2fruns").Is(404, "not-found", "token"),
        Post("no token", "{}", "/api/runpod/webhook/").Is(404, "not-found"),
    ];

    private static IEnumerable<BadRequest> Keys =>
    [
        Keyed(Post("no key", Good)).Is(401, "unauthorized", null, "x-functions-key"),
        Keyed(Get("no key to look", "/api/runs")).Is(401, "unauthorized", null, "x-functions-key"),
        Keyed(Post("a wrong key", Good).With(("x-functions-key", "wrong-0123456789abcdef"))).Is(401, "unauthorized"),
        Keyed(Post("a wrong code", Good, "/api/runs?code=wrong-0123456789abcdef")).Is(401, "unauthorized"),
        Keyed(Post("a key in another header", Good).With(("Authorization", "Bearer writer-0123456789abcdef"))).Is(401, "unauthorized"),
        Keyed(Post("two keys", Good).With(("x-functions-key", "writer-0123456789abcdef,reader-0123456789abcdef"))).Is(401, "unauthorized"),
        Keyed(Post("a reader that starts", Good).With(("x-functions-key", "reader-0123456789abcdef")))
            .Is(403, "forbidden", null, "may only look"),
        Keyed(new BadRequest("a reader that deletes", "DELETE", "/api/runs/ended").With(("x-functions-key", "reader-0123456789abcdef")))
            .Is(403, "forbidden", null, "may only look"),
        Keyed(new BadRequest("a method that hides another", "GET", "/api/runs/ended?_method=DELETE") with
        {
            Headers = [("X-HTTP-Method-Override", "DELETE"), ("x-functions-key", "wrong-0123456789abcdef")],
        }).Is(401, "unauthorized"),
    ];

    private static IEnumerable<BadRequest> Browsers =>
    [
        Post("a page of another site", Good).With(("Sec-Fetch-Site", "cross-site")).Is(403, "forbidden", "Sec-Fetch-Site"),
        Post("a name of somebody else's", Good).With(("Host", "rebind.example.org")).Is(403, "forbidden", "Host", "rebind.example.org"),
    ];

    private static BadRequest Keyed(BadRequest request) => request with { IsToKeyedHost = true };
}
