using System.Text;
using Serverless.Core.Flashpoints;

namespace Serverless.Core.Tests.Flashpoints;

public sealed class BadInputTests
{
    private static readonly string TooLong = new('x', Limits.MaxFlashpointIdLength + 1);

    private static readonly string TooDeep =
        new string('[', Limits.MaxFlashpointDepth) + new string(']', Limits.MaxFlashpointDepth);

    /// <summary>Input, and what the message has to say.</summary>
    public static TheoryData<string, string[]> Cases => new()
    {
        { "", ["empty", "JSON array"] },
        { " \n\t ", ["empty"] },
        { "\uFEFF", ["empty"] },
        { "hello", ["not JSON at line 1, column 1", "'h'"] },
        { "\n\n  hello", ["not JSON at line 3, column 3"] },
        { "[{\"id\":\"a\"},\n {\"id\":'b'}]", ["not JSON at line 2, column 8"] },
        { "{\"id\":\"a\"}\n{\"id\":\"b\",}\n", ["not JSON at line 2"] },
        { "[{\"id\":\"a\"},]", ["not JSON at line 1", "trailing comma"] },
        { "nul", ["not JSON"] },
        { "42", ["a number (42) instead of a list", "JSON array"] },
        { "\"text\"", ["a text (\"text\") instead of a list"] },
        { "null", ["null instead of a list"] },
        { """{"flashpoints":[{"id":"a"}]}""", ["Entry 1 (index 0, line 1)", "no \"id\"", "JSON array"] },
        { "[{\"id\":\"a\"},\n7]", ["Entry 2 (index 1, line 2) is a number (7)", "an object"] },
        { """[["a"]]""", ["Entry 1", "is a list"] },
        { """["a"]""", ["Entry 1", "is a text (\"a\")"] },
        { "[null]", ["Entry 1", "is null"] },
        { "[true]", ["Entry 1", "is true"] },
        { "{\"id\":\"a\"}\n[1]", ["Entry 2 (index 1, line 2) is a list"] },
        { """[{"id":"a"},{"title":"no id"}]""", ["Entry 2 (index 1, line 1)", "no \"id\""] },
        { """[{"ID":"a"}]""", ["no \"id\""] },
        { """[{"id":42}]""", ["Entry 1", "\"id\" is a number (42)", "1 to 256 characters"] },
        { """[{"id":null}]""", ["\"id\" is null"] },
        { """[{"id":["a"]}]""", ["\"id\" is a list"] },
        { """[{"id":{}}]""", ["\"id\" is an object"] },
        { """[{"id":false}]""", ["\"id\" is false"] },
        { """[{"id":""}]""", ["\"id\" is blank"] },
        { """[{"id":" \t "}]""", ["\"id\" is blank"] },
        { $$"""[{"id":"{{TooLong}}"}]""", ["257 characters", "1 to 256", "xxx…"] },
        { """[{"id":"a\u0007b"}]""", ["control character", "\"a\\u0007b\""] },
        { """[{"id":"a\nb"}]""", ["control character"] },
        { """[{"id":"\ud800"}]""", ["not Unicode"] },
        { """[{"id":"a","title":5}]""", ["\"title\" is a number (5)"] },
        { """[{"id":"a","title":["x"]}]""", ["\"title\" is a list"] },
        { """[{"id":"a","title":"\udc00"}]""", ["not Unicode"] },
        { "[{\"id\":\"a\"},\n{\"id\":\"b\"},\n{\"id\":\"a\"}]", ["Entry 3 (index 2, line 3)", "\"a\"", "entry 1 (index"] },
        { """[{"id":"a"},{"id":"\u0061"}]""", ["Entry 2", "entry 1 (index 0)"] },
        { """[{"id":"a","id":"b"}]""", ["Entry 1", "a member twice", "\"id\""] },
        { """[{"id":"a","x":{"k":1,"l":[{"m":1,"m":2}]}}]""", ["a member twice", "\"m\""] },
        { "[{\"id\":\"a\"}]\ntail", ["text after the end of the array, at line 2", "\"tail\""] },
        { """[{"id":"a"}][]""", ["text after the end"] },
        { "[", ["ends before its first entry"] },
        { """[{"id":"a"}""", ["ends in the middle, after entry 1"] },
        { "[{\"id\":\"a\"},\n{\"id\":\"b", ["ends in the middle, after entry 1, at line 2", "cut off"] },
        { "{\"id\":\"a\"}\n{\"id\":", ["ends in the middle, after entry 1, at line 2"] },
        { $$"""[{"id":"a","x":{{TooDeep}}}]""", ["not JSON", "depth"] },
        { $$"""{"id":"a","x":{{TooDeep}}}""", ["not JSON", "depth"] },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task Read_BadInput_SaysWhereWhatAndWhatIsAllowed(string text, string[] expected)
    {
        var error = await FailAsync(Encoding.UTF8.GetBytes(text));

        foreach (var part in expected) error.Message.ShouldContain(part, Case.Sensitive);
        error.Message.ShouldNotContain("\n");
        error.Message.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Read_Utf16_AsksForUtf8()
        => (await FailAsync(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("[]")).ToArray()))
            .Message.ShouldContain("UTF-16");

    [Fact]
    public async Task Read_BrokenUtf8_AsksForUtf8()
        => (await FailAsync([.. """[{"id":"a","t":" """u8, 0xFF, .. "\"}]"u8]))
            .Message.ShouldContain("not valid UTF-8");

    [Fact]
    public async Task Read_EntryLargerThanTheLimit_IsRefusedWithItsNumber()
    {
        var large = new string('x', Limits.MaxFlashpointBytes);
        var error = await FailAsync(Encoding.UTF8.GetBytes($$"""[{"id":"a"},{"id":"b","t":"{{large}}"}]"""));
        error.Message.ShouldContain("larger than 64 MiB");
        error.EntryNumber.ShouldBe(2);
    }

    [Fact]
    public async Task Read_MoreThanTheLimit_IsRefused()
    {
        using var source = new MemoryStream("""[{"id":"a"},{"id":"b"},{"id":"c"}]"""u8.ToArray());
        var error = await Should.ThrowAsync<FlashpointFormatException>(
            async () => await FlashpointReader.ReadAsync(source, maxFlashpoints: 2, default).CountAsync());
        error.Message.ShouldContain("at most 2 flashpoints");
        error.EntryNumber.ShouldBe(3);
    }

    [Fact]
    public async Task Read_BadEntry_CarriesItsPlaceAndField()
    {
        var error = await FailAsync("[{\"id\":\"a\"},\n\n{\"id\":7}]"u8.ToArray());
        error.EntryNumber.ShouldBe(2);
        error.LineNumber.ShouldBe(3);
        error.Field.ShouldBe("id");
    }

    [Fact]
    public async Task Read_AfterBuffersOfText_StillKnowsTheLine()
    {
        var text = new StringBuilder("[\n");
        for (var i = 0; i < 5_000; i++) text.Append("{\"id\":\"fp-").Append(i).Append("\",\n \"t\":\"some text\"},\n");
        text.Append("{\"id\":\"fp-17\"}]");
        var error = await FailAsync(Encoding.UTF8.GetBytes(text.ToString()));
        error.LineNumber.ShouldBe(10_002);
        error.Message.ShouldContain("entry 18 (index 17)");

        text.Length -= "{\"id\":\"fp-17\"}]".Length;
        (await FailAsync(Encoding.UTF8.GetBytes(text.Append("  x]").ToString()))).Message
            .ShouldContain("not JSON at line 10002, column 3");
    }

    private static async Task<FlashpointFormatException> FailAsync(byte[] text)
    {
        using var source = new MemoryStream(text);
        return await Should.ThrowAsync<FlashpointFormatException>(
            async () => await FlashpointReader.ReadAsync(source, default).CountAsync());
    }
}
