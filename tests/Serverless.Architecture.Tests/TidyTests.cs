using System.Text.RegularExpressions;

namespace Serverless.Architecture.Tests;

/// <summary>What every file of the repository keeps to.</summary>
public sealed partial class TidyTests
{
    private const int MaxLines = 400;
    private const int MaxColumns = 140;

    /// <summary>Put together, so that this file does not have them. What a library throws may be caught.</summary>
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "throw new NotImplemented" + "Exception"];

    private static IEnumerable<string> CodeFiles => Repository.TextFiles
        .Where(path => Path.GetExtension(path) is ".cs" or ".py" or ".mjs" or ".csproj" or ".props");

    [Fact]
    public void Repository_Always_IsFound() => CodeFiles.Count().ShouldBeGreaterThan(100);

    [Fact]
    public void Code_Always_StaysWithinAPage() =>
        CodeFiles.Where(path => Lines(path).Count() > MaxLines).ShouldBeEmpty($"more than {MaxLines} lines");

    [Fact]
    public void Code_Always_FitsItsColumns() =>
        Find(CodeFiles, line => line.Length > MaxColumns).ShouldBeEmpty($"more than {MaxColumns} columns");

    [Fact]
    public void Text_Always_IsFinished() =>
        Find(Repository.TextFiles, line => Unfinished.Any(word => line.Contains(word, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Text_Always_EndsItsLinesWithLineFeeds() =>
        Repository.TextFiles.Where(path => Repository.Read(path).Contains('\r')).ShouldBeEmpty();

    [Fact]
    public void Text_Always_EndsWithALineFeed() =>
        Repository.TextFiles.Where(path => Repository.Read(path) is { Length: > 0 } text && text[^1] != '\n').ShouldBeEmpty();

    [Fact]
    public void Text_Always_NamesNoFolderOfSomebodysMachine() =>
        Find(Repository.TextFiles, line => MachinePath().IsMatch(line)).ShouldBeEmpty();

    [Theory]
    [InlineData("/ho" + "me/somebody/file", true)]
    [InlineData("see \"/Us" + "ers/somebody\"", true)]
    [InlineData("C:\\Us" + "ers\\somebody", true)]
    [InlineData("/runtime/webhooks", false)]
    [InlineData("C:\\tools", false)]
    public void MachinePath_InALine_IsSeen(string line, bool isSeen) => MachinePath().IsMatch(line).ShouldBe(isSeen);

    private static IEnumerable<string> Find(IEnumerable<string> paths, Func<string, bool> isWrong) =>
        from path in paths
        from line in Lines(path).Index()
        where isWrong(line.Item)
        select $"{path}:{line.Index + 1}: {line.Item.Trim()}";

    private static IEnumerable<string> Lines(string path) => File.ReadLines(Repository.FullPath(path));

    [GeneratedRegex(@"(?<![\w./])/(home|Users|root|work|workspace|mnt)/\w|\b[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();
}
