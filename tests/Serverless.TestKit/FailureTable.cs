namespace Serverless.TestKit;

/// <summary>The tables of docs/runpod.md that say what every answer means, as they stand on the page.</summary>
public static class FailureTable
{
    private const string HttpHead = "| HTTP |";
    private const string JobHead = "| job |";

    /// <summary>Of answers to calls.</summary>
    public static IReadOnlyList<FailureRow> Http { get; } =
        [.. Rows(HttpHead).Select(cells => new FailureRow(cells[0], cells[2], cells[3]))];

    /// <summary>Of what is seen of jobs.</summary>
    public static IReadOnlyList<FailureRow> Jobs { get; } =
        [.. Rows(JobHead).Select(cells => new FailureRow(cells[0], cells[1], cells[2]))];

    private static IEnumerable<string[]> Rows(string head) => File.ReadLines(RepositoryFile.Find("docs/runpod.md"))
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
}

/// <summary>A row.</summary>
/// <param name="What">What is seen.</param>
/// <param name="Class">What it counts as.</param>
/// <param name="Next">What follows.</param>
public sealed record FailureRow(string What, string Class, string Next)
{
    /// <summary>The class without what is said about it.</summary>
    public string Verdict => Class.Split(',')[0];
}
