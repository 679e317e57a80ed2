namespace Serverless.EndToEnd.Tests;

public sealed class FaultTests
{
    /// <summary>A fifth of all calls fails in the ways of the cloud, and one chunk fails whenever it is run.</summary>
    private const string Faults = """
        {"seed":7,"faults":[
          {"operation":"status","kind":"http_502_html","rate":0.1},
          {"operation":"status","kind":"status_429","rate":0.05,"retry_after_s":0.05},
          {"operation":"status","kind":"connection_reset","rate":0.05},
          {"operation":"run","kind":"http_502_html","rate":0.1},
          {"operation":"run","kind":"lost_answer","rate":0.1},
          {"kind":"handler_error","match":{"chunk":2}}]}
        """;

    [Fact]
    public async Task Run_WithAFifthOfCallsFailingAndAHopelessChunk_EndsWithExactlyItsEntriesNull()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync(Faults);

        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--out", "results.json"], endpoint.Environment);

        (await run.ExitAsync()).ShouldBe(3, run.Errors);
        var nulls = place.Entries.Index().Where(entry => entry.Item.ValueKind == System.Text.Json.JsonValueKind.Null);
        nulls.Select(entry => entry.Index).ShouldBe([6, 7, 8]);
        place.Report.GetProperty("ok").GetBoolean().ShouldBeFalse();
        place.Report.GetProperty("failed").GetInt32().ShouldBe(3);
        var chunk = place.Report.GetProperty("chunks")[2];
        chunk.GetProperty("state").GetString().ShouldBe("failed");
        chunk.GetProperty("attempts").GetInt32().ShouldBeGreaterThanOrEqualTo(3);
        chunk.GetProperty("error").GetString().ShouldNotBeNullOrWhiteSpace();
        place.Report.GetProperty("failures").EnumerateArray()
            .Select(failure => failure.GetProperty("id").GetString()).ShouldBe(["fp-6", "fp-7", "fp-8"]);
    }

    [Fact]
    public async Task Retry_OfWhatWasNull_FillsExactlyThat()
    {
        using var place = new Workplace();
        await using var broken = await RemoteEndpoint.StartAsync(
            """{"seed":1,"faults":[{"kind":"handler_error","match":{"chunk":1}}]}""");
        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--run-id", "r", "--max-attempts", "1", "--out", "results.json"],
            broken.Environment);
        (await run.ExitAsync()).ShouldBe(3, run.Errors);
        await using var mended = await RemoteEndpoint.StartAsync();

        using var retry = await FanOutProcess.RunAsync(
            place.Path, ["retry", "r", "--out", "results.json"], mended.Environment);

        (await retry.ExitAsync()).ShouldBe(0, retry.Errors);
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        mended.Statistics.JobsSubmitted.ShouldBe(3, "three flashpoints over four workers are three chunks");
    }
}
