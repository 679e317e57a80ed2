using System.Text;
using Serverless.Core.Flashpoints;

namespace Serverless.Core.Tests.Flashpoints;

public sealed class FlashpointReaderTests
{
    [Theory]
    [InlineData("""[{"id":"a","feeds":[1,[2],{"x":[3]}]},{"id":"b"}]""")]
    [InlineData("[\n  {\"id\": \"a\",\n   \"feeds\": [1, [2], {\"x\": [3]}]},\r\n  {\"id\": \"b\"}\n]\n\n")]
    [InlineData("{\"id\":\"a\",\"feeds\":[1,[2],{\"x\":[3]}]}\n{\"id\":\"b\"}")]
    [InlineData("\n\n{\"id\":\"a\",\"feeds\":[1,[2],{\"x\":[3]}]}\r\n\r\n{\"id\":\"b\"}\n")]
    [InlineData("\uFEFF[{\"id\":\"a\",\"feeds\":[1,[2],{\"x\":[3]}]},{\"id\":\"b\"}]")]
    public async Task Read_ArrayOrLines_GivesTheSame(string text)
    {
        var read = await ReadAsync(text);

        read.Select(flashpoint => (flashpoint.Id, flashpoint.FeedCount)).ShouldBe([("a", 3), ("b", 0)]);
        read.Select(Text).ShouldBe(["""{"id":"a","feeds":[1,[2],{"x":[3]}]}""", """{"id":"b"}"""]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ \n ] \n")]
    public async Task Read_EmptyArray_GivesNothing(string text) => (await ReadAsync(text)).ShouldBeEmpty();

    [Fact]
    public async Task Read_UnknownMembers_PassThroughAsWritten()
    {
        const string entry = """{"id":"a \" \\","n":1.50e3,"s":" é é \n ","o":{" k ":[true,null]}}""";
        var read = await ReadAsync($"[ {entry.Replace(",", " ,\n\t", StringComparison.Ordinal)} ]");

        Text(read.ShouldHaveSingleItem()).ShouldBe(entry);
        read[0].Id.ShouldBe("a \" \\");
    }

    [Fact]
    public async Task Read_IdAsLongAsAllowed_IsTaken()
    {
        var id = new string('ä', Limits.MaxFlashpointIdLength);
        (await ReadAsync($$"""[{"id":"{{id}}"}]""")).ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public async Task Read_EscapedMemberNames_AreTheSameMembers()
    {
        var read = await ReadAsync("""[{"\u0069d":"a","f\u0065eds":[1]}]""");
        read.ShouldHaveSingleItem().FeedCount.ShouldBe(1);
        read[0].Id.ShouldBe("a");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64 * 1024)]
    public async Task Read_EntryLargerThanTheBuffer_IsWhole(int bytesPerRead)
    {
        var large = new string('x', 300_000);
        var text = $$"""[{"id":"a"},{"id":"b","t":"{{large}}"},{"id":"c"}]""";
        using var source = new SlowStream(Encoding.UTF8.GetBytes(text), bytesPerRead);

        var read = await FlashpointReader.ReadAsync(source, default).ToListAsync();

        read.Select(flashpoint => flashpoint.Id).ShouldBe(["a", "b", "c"]);
        Text(read[1]).ShouldBe($$"""{"id":"b","t":"{{large}}"}""");
    }

    [Fact]
    public async Task Read_ErrorLater_YieldsWhatWasGoodBefore()
    {
        var seen = new List<string>();
        using var source = Source("""[{"id":"a"},{"id":"b"},3]""");
        await Should.ThrowAsync<FlashpointFormatException>(async () =>
        {
            await foreach (var flashpoint in FlashpointReader.ReadAsync(source, default)) seen.Add(flashpoint.Id);
        });
        seen.ShouldBe(["a", "b"]);
    }

    private static string Text(Flashpoint flashpoint) => Encoding.UTF8.GetString(flashpoint.Json.Span);

    private static MemoryStream Source(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<List<Flashpoint>> ReadAsync(string text)
    {
        using var source = Source(text);
        return await FlashpointReader.ReadAsync(source, default).ToListAsync();
    }
}
