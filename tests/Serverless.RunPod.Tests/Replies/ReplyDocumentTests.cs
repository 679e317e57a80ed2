using System.Runtime.CompilerServices;
using Serverless.RunPod.Replies;

namespace Serverless.RunPod.Tests.Replies;

/// <summary>What docs/runpod.md says of answers is what the code does.</summary>
public sealed class ReplyDocumentTests
{
    public static TheoryData<int> Rows => [.. Enumerable.Range(0, ReplyTable.Rows.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Document_OfEveryAnswer_SaysItsMeaningAndItsClass(int index)
    {
        var row = ReplyTable.Rows[index];
        var line = File.ReadLines(DocumentPath()).Single(line => line.Contains($"| {row.Meaning} |", StringComparison.Ordinal));

        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        cells[3].ShouldBe(row.Kind switch
        {
            ReplyKind.Answered => "–",
            ReplyKind.Refused => "permanent",
            ReplyKind.Blocked => "blocked",
            ReplyKind.JobMissing => "lost",
            _ => "transient",
        });
        cells[1].ShouldContain(row.From == row.To ? $"{row.From}" : $"{row.From / 100}xx");
    }

    private static string DocumentPath([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "docs", "runpod.md");
}
