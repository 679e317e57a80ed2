using Serverless.Cli.Delivery;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Delivery;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Check_OfANewFile_LeavesNothingBehind()
    {
        OutputFile.Check("out.json", _folder.Path).Path.ShouldBe(_folder.File("out.json"));

        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Check_OfAnOldFile_LeavesItAsItIs()
    {
        File.WriteAllText(_folder.File("out.json"), "old");

        OutputFile.Check("out.json", _folder.Path);

        File.ReadAllText(_folder.File("out.json")).ShouldBe("old");
    }

    [Fact]
    public async Task Write_ShorterThanBefore_ReplacesTheWhole()
    {
        File.WriteAllText(_folder.File("out.json"), "a long old text");

        await WriteAsync(OutputFile.Check("out.json", _folder.Path), "new");

        File.ReadAllText(_folder.File("out.json")).ShouldBe("new");
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Write_ThroughALink_KeepsTheLink()
    {
        File.WriteAllText(_folder.File("target.json"), "old");
        File.CreateSymbolicLink(_folder.File("link.json"), _folder.File("target.json"));

        await WriteAsync(OutputFile.Check("link.json", _folder.Path), "new");

        File.ReadAllText(_folder.File("target.json")).ShouldBe("new");
        new FileInfo(_folder.File("link.json")).LinkTarget.ShouldNotBeNull();
    }

    [Fact]
    public async Task Write_ToADescriptor_GoesThroughIt()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var open = new FileStream(
            _folder.File("out.json"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        var file = OutputFile.Check($"/proc/self/fd/{open.SafeFileHandle.DangerousGetHandle()}", _folder.Path);

        await WriteAsync(file, "text");

        file.Report.ShouldBeNull();
        new StreamReader(open).ReadToEnd().ShouldBe("text");
    }

    private static Task WriteAsync(OutputFile file, string text) => file.WriteAsync(
        async (stream, cancellation) => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellation),
        CancellationToken.None);
}
