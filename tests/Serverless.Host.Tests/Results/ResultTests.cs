using System.Net;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Results;

public sealed class ResultTests
{
    [Fact]
    public async Task Results_OfAnEndedRun_AreInOrderWithNullWhereThereIsNone()
    {
        await using var host = await EndedAsync();

        var answer = (await host.GetAsync("/api/runs/ended/results")).With(HttpStatusCode.OK);

        answer.Header("Content-Type").ShouldBe("application/json");
        answer.Json.EnumerateArray().Select(entry => entry.GetRawText()).ShouldBe(
            ["""{"id":"fp-0","value":"done"}""", "null", """{"id":"fp-2","value":"done"}"""]);
    }

    [Theory]
    [InlineData("?format=jsonl", "*/*", "application/x-ndjson")]
    [InlineData("", "application/x-ndjson", "application/x-ndjson")]
    [InlineData("", "application/jsonl", "application/x-ndjson")]
    [InlineData("?format=csv", "application/json", "text/csv; charset=utf-8")]
    [InlineData("", "text/csv", "text/csv; charset=utf-8")]
    [InlineData("?format=json", "text/csv", "application/json")]
    [InlineData("", "text/csv;q=0.1, application/x-ndjson;q=0.9", "application/x-ndjson")]
    [InlineData("", "text/html, */*;q=0.1", "application/json")]
    [InlineData("", "image/png", "application/json")]
    public async Task Results_InAFormat_AreWhatWasAskedFor(string query, string accept, string type)
    {
        await using var host = await EndedAsync();

        var answer = (await host.GetAsync("/api/runs/ended/results" + query, ("Accept", accept))).With(HttpStatusCode.OK);

        answer.Header("Content-Type").ShouldBe(type);
        var lines = answer.Text.TrimEnd('\n').Split('\n');
        if (type.Contains("ndjson", StringComparison.Ordinal)) lines.Length.ShouldBe(3);
        if (type.StartsWith("text/csv", StringComparison.Ordinal)) lines.Length.ShouldBe(4);
        if (type == "application/json") answer.Json.GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("offset=1", 1, 2)]
    [InlineData("limit=2", 0, 1)]
    [InlineData("offset=1&limit=1", 1, 1)]
    [InlineData("offset=3", 3, 2)]
    public async Task Results_InPart_AreThoseLines(string query, int first, int last)
    {
        await using var host = await EndedAsync();
        var all = (await host.GetAsync("/api/runs/ended/results?format=jsonl")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var part = (await host.GetAsync("/api/runs/ended/results?format=jsonl&" + query)).With(HttpStatusCode.OK);

        part.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(all.Where((_, index) => index >= first && index <= last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=jsonl")]
    [InlineData("?format=csv")]
    [InlineData("?format=jsonl&offset=1")]
    public async Task Results_KnownAlready_AreNotSentAgain(string query)
    {
        await using var host = await EndedAsync();
        var first = (await host.GetAsync("/api/runs/ended/results" + query)).With(HttpStatusCode.OK);
        var tag = first.Header("ETag")!;

        var second = await host.GetAsync("/api/runs/ended/results" + query, ("If-None-Match", tag));
        var other = await host.GetAsync("/api/runs/ended/results" + query, ("If-None-Match", "\"other\""));

        second.Status.ShouldBe(HttpStatusCode.NotModified);
        second.Body.ShouldBeEmpty();
        other.With(HttpStatusCode.OK).Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task Tags_OfAllFormatsAndOfARetry_Differ()
    {
        var attempts = 0;
        await using var host = await HostHarness.StartAsync(new()
        {
            Script = job => job.Chunk == 1 && Interlocked.Increment(ref attempts) == 1
                ? JobScript.Of(Look.Results("null"))
                : JobScript.Of(Look.Completed),
        });
        await host.StartAsync("retried", count: 3);
        await host.EndOfAsync("retried");
        var before = await TagsAsync(host);

        (await host.PostAsync("/api/runs/retried/retry")).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("retried");

        before.Concat(await TagsAsync(host)).Distinct().Count().ShouldBe(8);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=jsonl")]
    public async Task Head_OfResults_HasTheHeadersAlone(string query)
    {
        await using var host = await EndedAsync();
        var whole = await host.GetAsync("/api/runs/ended/results" + query);

        var head = (await host.SendAsync(HttpMethod.Head, "/api/runs/ended/results" + query, null)).With(HttpStatusCode.OK);

        head.Body.ShouldBeEmpty();
        foreach (var name in new[] { "Content-Type", "ETag", "Accept-Ranges" }) head.Header(name).ShouldBe(whole.Header(name), name);
        if (query.Length == 0) head.Header("Content-Length").ShouldBe($"{whole.Body.Length}");
    }

    [Fact]
    public async Task Download_OfResults_NamesTheFile()
    {
        await using var host = await EndedAsync();

        var answer = await host.GetAsync("/api/runs/ended/results?download=true&format=csv");

        answer.Header("Content-Disposition").ShouldBe("attachment; filename=\"ended.csv\"");
    }

    /// <summary>A run in chunks of one, whose flashpoint fp-1 has no result.</summary>
    private static async Task<HostHarness> EndedAsync()
    {
        var host = await HostHarness.StartAsync(new()
        {
            Script = job => job.Chunk == 1 ? JobScript.Of(Look.Results("null")) : JobScript.Of(Look.Completed),
        });
        await host.StartAsync("ended", count: 3);
        await host.EndOfAsync("ended");
        return host;
    }

    private static async Task<List<string>> TagsAsync(HostHarness host)
    {
        var tags = new List<string>();
        foreach (var query in new[] { "", "?format=jsonl", "?format=csv", "?format=jsonl&limit=1" })
            tags.Add((await host.GetAsync("/api/runs/retried/results" + query)).Header("ETag")!);
        return tags;
    }
}
