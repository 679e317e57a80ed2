using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class ResultExportTests
{
    [Fact]
    public async Task Export_Json_IsTheStoredArray()
        => (await (await AggregatedAsync()).ExportAsync(ResultFormat.Json))
            .ShouldBe("[\n{\"a\":\"x,y\"},\nnull,\n-5\n]\n");

    [Fact]
    public async Task Export_JsonLines_NamesEachFlashpointAndError()
        => (await (await AggregatedAsync()).ExportAsync(ResultFormat.JsonLines)).ShouldBe(
            """{"id":"fp-0","index":0,"result":{"a":"x,y"}}""" + "\n"
            + """{"id":"fp-1","index":1,"result":null,"error":"=cmd|' \"/c\"\n'!A0"}""" + "\n"
            + """{"id":"fp-2","index":2,"result":-5}""" + "\n");

    [Fact]
    public async Task Export_Csv_QuotesAndDefusesFormulas()
        => (await (await AggregatedAsync()).ExportAsync(ResultFormat.Csv)).ShouldBe(
            "id,index,title,ok,result,error\r\n"
            + "fp-0,0,\"Title, \"\"quoted\"\"\",true,\"{\"\"a\"\":\"\"x,y\"\"}\",\r\n"
            + "fp-1,1,'@title,false,,\"'=cmd|' \"\"/c\"\"\n'!A0\"\r\n"
            + "fp-2,2,,true,-5,\r\n");

    [Theory]
    [InlineData(ResultFormat.Json)]
    [InlineData(ResultFormat.JsonLines)]
    [InlineData(ResultFormat.Csv)]
    public async Task Export_NoResultsYet_IsRefused(ResultFormat format)
    {
        var run = await StoredRun.WithAsync(1);
        (await Should.ThrowAsync<RunStoreException>(() => run.ExportAsync(format)))
            .Message.ShouldContain("results.json");
    }

    [Theory]
    [InlineData(ResultFormat.JsonLines)]
    [InlineData(ResultFormat.Csv)]
    public async Task Export_ResultsOfAShorterManifest_IsRefused(ResultFormat format)
    {
        var run = await AggregatedAsync();
        run.Objects["runs/run-1/results.json"] = "[\n1,\n2\n]\n"u8.ToArray();
        (await Should.ThrowAsync<RunStoreException>(() => run.ExportAsync(format)))
            .Message.ShouldContain("fewer entries");
    }

    private static async Task<StoredRun> AggregatedAsync()
    {
        string[] titles = [",\"title\":\"Title, \\\"quoted\\\"\"", ",\"title\":\"@title\"", ",\"title\":null"];
        var run = await StoredRun.WithAsync(3, i => titles[i]);
        await run.PlanAsync(workers: 1);
        await run.SaveAsync(0, 1, (0, """={"a":"x,y"}"""), (1, "!=cmd|' \"/c\"\n'!A0"), (2, "=-5"));
        await run.Store.AggregateAsync(default);
        return run;
    }
}
