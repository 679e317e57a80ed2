using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Planning;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class ManifestTests
{
    [Fact]
    public async Task Write_AnyLayout_StoresOneCompactLineEach()
    {
        var run = new StoredRun();
        var info = await run.WriteManifestAsync(
            "[ {\"id\": \"ä\",\n \"feeds\": [1, 2]},\n {\"id\": \"b\", \"x\": {\"y\": 1.0}} ]");

        const string lines = "{\"id\":\"ä\",\"feeds\":[1,2]}\n{\"id\":\"b\",\"x\":{\"y\":1.0}}\n";
        run["manifest.jsonl"].ShouldBe(lines);
        var bytes = Encoding.UTF8.GetBytes(lines);
        info.ShouldBe(new ManifestInfo(2, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        (await new StoredRun().WriteManifestAsync(lines)).ShouldBe(info);
    }

    [Fact]
    public async Task Measure_StoredManifest_GivesWhatWritingGave()
    {
        var run = new StoredRun();
        var info = await run.WriteManifestAsync("""[{"id":"a"},{"id":"b"}]""");
        (await RunStore.MeasureAsync(run.Store.ReadManifestAsync(default), default)).ShouldBe(info);
    }

    [Fact]
    public async Task Read_Manifest_GivesTheFlashpointsThatWereRead()
    {
        const string text = """[{"id":"a","feeds":[1,[2]],"title":"T"},{"feeds":{},"id":"b"}]""";
        var run = new StoredRun();
        await run.WriteManifestAsync(text);
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));

        var expected = await FlashpointReader.ReadAsync(source, default).ToListAsync();
        var actual = await run.Store.ReadManifestAsync(default).ToListAsync();

        actual.Select(Show).ShouldBe(expected.Select(Show));
    }

    [Fact]
    public async Task Describe_Manifest_GivesBytesAndAtLeastTheWeightOne()
    {
        var run = new StoredRun();
        await run.WriteManifestAsync("""[{"id":"a","feeds":[1,2,3]},{"id":"b"},{"id":"c","feeds":[]}]""");
        (await run.Store.DescribeAsync(default)).ShouldBe(
            [new FlashpointSize(26, 3), new FlashpointSize(10, 1), new FlashpointSize(21, 1)]);
    }

    [Fact]
    public async Task Write_SourceFails_StoresNothing()
    {
        var run = new StoredRun();
        await Should.ThrowAsync<FlashpointFormatException>(() => run.WriteManifestAsync("""[{"id":"a"},{"id":"a"}]"""));
        run.Objects.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_FlashpointOnTwoLines_IsRefused()
    {
        var broken = new Flashpoint("a", 0, "{\"id\":\n\"a\"}"u8.ToArray());
        await Should.ThrowAsync<ArgumentException>(
            () => new StoredRun().Store.WriteManifestAsync(new[] { broken }.ToAsyncEnumerable(), default));
    }

    [Fact]
    public async Task Read_NoManifest_NamesTheObject()
        => (await Should.ThrowAsync<RunStoreException>(() => new StoredRun().Store.DescribeAsync(default)))
            .Message.ShouldContain("runs/run-1/manifest.jsonl");

    private static string Show(Flashpoint one) => $"{one.Id} {one.FeedCount} {Encoding.UTF8.GetString(one.Json.Span)}";
}
