using System.Text.RegularExpressions;

namespace Serverless.Architecture.Tests;

/// <summary>Links from one page to another.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages =>
        new(Repository.TextFiles.Where(path => path.EndsWith(".md", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Always_LinksToWhatIsThere(string page)
    {
        var folder = Path.GetDirectoryName(Repository.FullPath(page))!;

        var broken = from match in Link().Matches(Repository.Read(page))
                     let target = match.Groups["target"].Value
                     where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
                     where !Resolves(folder, page, target)
                     select target;

        broken.ShouldBeEmpty();
    }

    private static bool Resolves(string folder, string page, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? Repository.FullPath(page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
        if (!File.Exists(path)) return parts.Length == 1 && Directory.Exists(path);
        return parts.Length == 1 || Anchors(path).Contains(parts[1]);
    }

    /// <summary>The anchors that headings get: lower case, blanks as hyphens, nothing else but letters and digits.</summary>
    private static IEnumerable<string> Anchors(string path) => File.ReadLines(path)
        .Where(line => line.StartsWith('#'))
        .Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{Nd}\s_-]")]
    private static partial Regex NoAnchor();
}
