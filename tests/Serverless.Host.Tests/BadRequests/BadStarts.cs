using static Serverless.Host.Tests.BadRequests.BadRequest;

namespace Serverless.Host.Tests.BadRequests;

/// <summary>Bodies of <c>POST /api/runs</c> that are none.</summary>
internal static class BadStarts
{
    private const string Good = """[{"id":"a"}]""";

    public static IEnumerable<BadRequest> All => [.. Json, .. Members, .. Flashpoints, .. Encodings];

    private static IEnumerable<BadRequest> Json =>
    [
        Post("an empty body", "").Is(400, "invalid-json", null, "not one JSON object"),
        Post("a list", Good).Is(400, "invalid-json", null, "not one JSON object"),
        Post("a text", "\"run\"").Is(400, "invalid-json", null, "not one JSON object"),
        Post("null", "null").Is(400, "invalid-json", null, "not one JSON object"),
        Post("half an object", """{"flashpoints":[{"id":"a"}]""").Is(400, "invalid-json"),
        Post("two objects", """{"flashpoints":[{"id":"a"}]}{}""").Is(400, "invalid-json"),
        Post("a comma too many", """{"flashpoints":[{"id":"a"}],}""").Is(400, "invalid-json", null, "line 1"),
        Post("a comment", """{"flashpoints":[{"id":"a"}]/*x*/}""").Is(400, "invalid-json"),
        Post("single quotes", "{'flashpoints':[{'id':'a'}]}").Is(400, "invalid-json"),
        Post("HTML", "<html></html>").Is(400, "invalid-json"),
        Post("too deep", $$"""{"flashpoints":{{new string('[', 100)}}{{new string(']', 100)}}}""").Is(400, "invalid-json"),
        Post("a name that is no Unicode", """{"\ud800":1,"flashpoints":[{"id":"a"}]}""").Is(400, "invalid-json", null, "not Unicode"),
    ];

    private static IEnumerable<BadRequest> Members =>
    [
        Member("nothing", "{}").Is(400, "invalid-request", "flashpoints", "is missing"),
        Member("null flashpoints", """{"flashpoints":null}""").Is(400, "invalid-request", "flashpoints", "is missing"),
        Member("flashpoints as text", """{"flashpoints":"a"}""").Is(400, "invalid-request", "flashpoints", "a text (\"a\")"),
        Member("flashpoints as object", """{"flashpoints":{"id":"a"}}""").Is(400, "invalid-request", "flashpoints", "an object"),
        Member("flashpoints twice", """{"flashpoints":[{"id":"a"}],"flashpoints":[{"id":"b"}]}""")
            .Is(400, "invalid-request", "flashpoints", "twice"),
        Member("run_id twice", """{"run_id":"a","run_id":"b","flashpoints":[{"id":"a"}]}""").Is(400, "invalid-request", "run_id", "twice"),
        Member("both list and source", """{"flashpoints":[{"id":"a"}],"source":"http://x/"}""")
            .Is(400, "invalid-request", "source", "one of the two"),
        Member("a misspelt member", """{"flashpoint":[{"id":"a"}]}""")
            .Is(400, "invalid-request", "flashpoint", "did you mean \"flashpoints\"?"),
        Member("an unknown member", """{"zzz":1,"flashpoints":[{"id":"a"}]}""")
            .Is(400, "invalid-request", "zzz", "allowed are date, trigger"),
        With("date", "\"2025-02-30\"").Is(400, "invalid-request", "date", "a date as yyyy-MM-dd"),
        With("date", "\"01/02/2025\"").Is(400, "invalid-request", "date", "01/02/2025"),
        With("date", "20250102").Is(400, "invalid-request", "date", "the number 20250102"),
        With("trigger", "\"\"").Is(400, "invalid-request", "trigger", "1 to 64 characters"),
        With("trigger", $"\"{new string('x', 65)}\"").Is(400, "invalid-request", "trigger", "1 to 64 characters"),
        With("trigger", "\"a\\nb\"").Is(400, "invalid-request", "trigger", "control"),
        With("trigger", "\"\\ud800\"").Is(400, "invalid-request", "trigger", "not Unicode"),
        With("cleanup", "\"yes\"").Is(400, "invalid-request", "cleanup", "true or false"),
        With("workers", "0").Is(400, "invalid-request", "workers", "from 1 to 10000"),
        With("workers", "-3").Is(400, "invalid-request", "workers", "the number -3"),
        With("workers", "1.5").Is(400, "invalid-request", "workers", "the number 1.5"),
        With("workers", "1e99").Is(400, "invalid-request", "workers", "the number 1e99"),
        With("workers", "\"4\"").Is(400, "invalid-request", "workers", "a text (\"4\")"),
        With("workers", "\"\\udfff\"").Is(400, "invalid-request", "workers", "not Unicode"),
        With("workers", "10001").Is(400, "invalid-request", "workers", "from 1 to 10000"),
        With("run_id", "\"../../etc\"").Is(400, "invalid-request", "run_id", ""),
        With("run_id", "\"a/b\"").Is(400, "invalid-request", "run_id", ""),
        With("run_id", "\"\"").Is(400, "invalid-request", "run_id", ""),
        With("run_id", $"\"{new string('x', 101)}\"").Is(400, "invalid-request", "run_id", "100"),
        With("run_id", "7").Is(400, "invalid-request", "run_id", "the number 7"),
        With("run_id", "\"a\\u0000b\"").Is(400, "invalid-request", "run_id", ""),
        With("options", "[]").Is(400, "invalid-request", "options", "a list"),
        With("options", """{"chunk":1}""").Is(400, "invalid-request", "options.chunk", "options.chunk_size"),
        With("options", """{"chunk_size":0}""").Is(400, "invalid-request", "options.chunk_size", "from 1 to 1000000"),
        With("options", """{"chunk_size":1,"chunk_size":2}""").Is(400, "invalid-request", "options", "twice"),
        With("options", """{"by":"size"}""").Is(400, "invalid-request", "options.by", "\"even\" or \"weight\""),
        With("options", """{"by":"\ud800"}""").Is(400, "invalid-request", "options", "not Unicode"),
        With("options", """{"\ud800":1}""").Is(400, "invalid-request", "options", "not Unicode"),
        With("options", """{"max_attempts":22}""").Is(400, "invalid-request", "options.max_attempts", "from 1 to 21"),
        Member("a file as source", """{"source":"/etc/passwd"}""").Is(400, "invalid-request", "source", "SOURCE_ALLOW"),
        Member("a file URL as source", """{"source":"file:///etc/passwd"}""").Is(400, "invalid-request", "source", "SOURCE_ALLOW"),
        Member("a metadata service as source", """{"source":"http://169.254.169.254/latest"}""")
            .Is(400, "invalid-request", "source", "SOURCE_ALLOW"),
        Member("a source that is a list", """{"source":["http://x/"]}""").Is(400, "invalid-request", "source", "a list"),
    ];

    private static IEnumerable<BadRequest> Flashpoints =>
    [
        List("no id", """[{"title":"a"}]""").Is(422, "invalid-flashpoints", "id"),
        List("an id that is a number", """[{"id":1}]""").Is(422, "invalid-flashpoints", "id"),
        List("an empty id", """[{"id":""}]""").Is(422, "invalid-flashpoints", "id"),
        List("an id that is too long", $$"""[{"id":"{{new string('x', 257)}}"}]""").Is(422, "invalid-flashpoints", "id", "256"),
        List("an id twice", """[{"id":"a"},{"id":"b"},{"id":"a"}]""").Is(422, "invalid-flashpoints", "id", "unique in a run"),
        List("texts", """["a"]""").Is(422, "invalid-flashpoints"),
        List("a title that is none", """[{"id":"a","title":{}}]""").Is(422, "invalid-flashpoints", "title"),
        List("a member twice", """[{"id":"a","id":"b"}]""").Is(422, "invalid-flashpoints"),
        List("an id that is no Unicode", """[{"id":"\ud800"}]""").Is(422, "invalid-flashpoints", null, "not Unicode"),
    ];

    private static IEnumerable<BadRequest> Encodings =>
    [
        (Member("a body as text", "{}") with { ContentType = "text/plain" })
            .Is(415, "unsupported-media-type", "Content-Type", "text/plain"),
        (Member("a body of no type", "{}") with { ContentType = "" }).Is(415, "unsupported-media-type", "Content-Type", "application/json"),
        (Member("a body in UTF-16", "{}") with { ContentType = "application/json; charset=utf-16" })
            .Is(415, "unsupported-media-type", "Content-Type", "UTF-8"),
        Member("a packed body", "{}").With(("Content-Encoding", "gzip")).Is(415, "unsupported-media-type", "Content-Encoding", "gzip"),
        (Member("bytes that are no UTF-8", "") with
        {
            Body = [.. "{\"trigger\":\""u8, 0xff, 0xfe, .. "\",\"flashpoints\":[{\"id\":\"a\"}]}"u8],
        })
            .Is(400, "invalid-request", "trigger", "not Unicode"),
        (Member("UTF-16 all through", "") with { Body = System.Text.Encoding.Unicode.GetBytes("{}") }).Is(400, "invalid-json"),
        Member("an empty key", """{"flashpoints":[{"id":"a"}]}""").With(("Idempotency-Key", ""))
            .Is(400, "invalid-request", "Idempotency-Key", "1 to 255"),
        Member("a key that is too long", """{"flashpoints":[{"id":"a"}]}""").With(("Idempotency-Key", new string('k', 256)))
            .Is(400, "invalid-request", "Idempotency-Key", "1 to 255"),
    ];

    private static BadRequest Member(string name, string body) => Post($"start: {name}", body);

    private static BadRequest With(string member, string value) =>
        Post($"start: {member} {value[..Math.Min(value.Length, 30)]}", $$"""{"{{member}}":{{value}},"flashpoints":{{Good}}}""");

    private static BadRequest List(string name, string list) =>
        Post($"flashpoints: {name}", $$"""{"run_id":"list","flashpoints":{{list}}}""");
}
