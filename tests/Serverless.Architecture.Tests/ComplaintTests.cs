using System.Text.RegularExpressions;

namespace Serverless.Architecture.Tests;

/// <summary>docs/runpod.md names a test for each complaint that it answers.</summary>
public sealed partial class ComplaintTests
{
    private const string Page = "docs/runpod.md";
    private const string Heading = "## What users complain about, and what happens here";
    private const int Complaints = 22;

    [Fact]
    public void Complaints_All_AreAnsweredInOrder() =>
        Rows().Select(row => int.Parse(row.Groups["number"].Value)).ShouldBe(Enumerable.Range(1, Complaints));

    [Fact]
    public void Complaint_Each_NamesTestsThatExist()
    {
        var tests = Repository.TextFiles
            .Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith("Tests.cs", StringComparison.Ordinal))
            .SelectMany(path => Test().Matches(Repository.Read(path))
                .Select(test => $"{Path.GetFileNameWithoutExtension(path)}.{test.Groups["name"].Value}"))
            .ToHashSet(StringComparer.Ordinal);

        foreach (var row in Rows())
        {
            var named = Name().Matches(row.Groups["tests"].Value).Select(name => name.Groups["name"].Value).ToList();
            named.ShouldNotBeEmpty($"complaint {row.Groups["number"].Value} names no test");
            named.Where(name => !tests.Contains(name)).ShouldBeEmpty($"complaint {row.Groups["number"].Value}");
        }
    }

    /// <summary>A test and the attributes before it.</summary>
    [GeneratedRegex(@"\[\w*(?:Fact|Theory)\b[\s\S]*?public (?:async )?(?:Task|void) (?<name>\w+)\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"^\| (?<number>\d+) \|.*\| (?<tests>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>\w+\.\w+)`")]
    private static partial Regex Name();

    private static List<Match> Rows()
    {
        var section = Repository.Read(Page).Split(Heading)[1].Split("\n## ")[0];
        return Row().Matches(section).ToList();
    }
}
