using Serverless.Core.Settings;
using Serverless.Host.Sources;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Sources;

public sealed class FileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SourceClient _client = new();

    [Theory]
    [InlineData("""[{"id":"a"},{"id":"b"}]""")]
    [InlineData("{\"id\":\"a\"}\n{\"id\":\"b\"}\n")]
    public async Task File_OfJsonOrJsonLines_IsRead(string text)
    {
        await File.WriteAllTextAsync(_folder.File("list"), text);

        (await Reading.ReadAsync(Open("list"))).ShouldBe(["""{"id":"a"}""", """{"id":"b"}"""]);
    }

    [Fact]
    public async Task File_WithTheDateInItsName_IsThatOfTheDay()
    {
        await File.WriteAllTextAsync(_folder.File("list-2025-06-02.json"), """[{"id":"today"}]""");

        (await Reading.ReadAsync(Open("list-{date}.json"))).ShouldBe(["""{"id":"today"}"""]);
    }

    [Theory]
    [InlineData("", "The input is empty")]
    [InlineData(" \n ", "The input is empty")]
    [InlineData("[]", "has no flashpoint in it.")]
    [InlineData("""[{"id":"a"},{"title":"b"}]""", "Entry 2 (index 1, line 1) has no \"id\"")]
    [InlineData("{\"id\":\"a\"}\n{\"id\":\"a\"}\n", "Entry 2 (index 1, line 2): the id \"a\" is that of entry 1")]
    [InlineData("[{\"id\":\"a\"},\n{\"id\":", "The input ends in the middle, after entry 1, at line 2")]
    [InlineData("<html>", "The input is not JSON at line 1")]
    public async Task File_ThatIsNoList_NamesThePlace(string text, string expected)
    {
        await File.WriteAllTextAsync(_folder.File("list"), text);

        var message = await Reading.FailAsync(Open("list"));

        message.ShouldStartWith($"The file {_folder.File("list")}");
        message.ShouldContain(expected);
    }

    [Fact]
    public async Task File_ThatIsNotThere_NamesThePath() =>
        (await Reading.FailAsync(Open("none/list.json")))
            .ShouldBe($"There is no file {_folder.File("none/list.json")} (FLASHPOINT_SOURCE).");

    [Fact]
    public async Task File_ThatIsAFolder_SaysSo() =>
        (await Reading.FailAsync(new FileSource(_folder.Path)))
            .ShouldBe($"{_folder.Path} is a folder; a file is read (FLASHPOINT_SOURCE).");

    [Fact]
    public async Task File_LargerThanIsTaken_IsRefused()
    {
        await File.WriteAllTextAsync(_folder.File("list"), $$"""[{"id":"{{new string('a', 200)}}"}]""");

        (await Reading.FailAsync(Open("list"), maxBytes: 100))
            .ShouldBe($"The file {_folder.File("list")} is larger than the 100 bytes that are taken.");
    }

    [Fact]
    public void Source_NotSet_IsNone() =>
        TimerSource.Open(new FanOutSettings(), _client, TimeProvider.System).ShouldBeNull();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private IFlashpointSource Open(string name) => TimerSource.Open(
        new FanOutSettings { FlashpointSource = new Secret(_folder.File(name)) }, _client, TimeProvider.System)!;
}
