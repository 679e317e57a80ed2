using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Engine.History;
using Serverless.Engine.Replay;

namespace Serverless.Engine.Tests.Histories;

/// <summary>
/// Histories recorded by released versions, as arrays of segments. They are never edited: a version that cannot replay
/// them cannot take over the runs of its users. A new kind of event gets a new file.
/// </summary>
public sealed class GoldenHistoryTests
{
    [Theory]
    [InlineData("fan-out-1.json")]
    public void History_OfAnEarlierVersion_StillReplaysToTheSameEnd(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(PathOf(file)));
        var history = document.RootElement.EnumerateArray()
            .Select(segment => SegmentReader.Read(Encoding.UTF8.GetBytes(segment.GetRawText()))).ToList();
        var coroutine = new Coroutine(
            new InstanceIdentity("Golden", "golden", null),
            new LambdaOrchestrator<int, string>(GoldenProgram.RunAsync),
            "3"u8.ToArray(),
            new Payloads(TestJson.Default.Options),
            NullLoggerFactory.Instance);

        coroutine.Replay(history[..^1]);
        coroutine.IsBroken.ShouldBeFalse();
        var last = coroutine.RunTurn(history[^1].At, history[^1].Inbound);

        last.Segment.Completion.ShouldNotBeNull().Status.ShouldBe(OrchestrationRuntimeStatus.Completed);
        Encoding.UTF8.GetString(last.Segment.Completion!.Output.Span)
            .ShouldBe(Encoding.UTF8.GetString(history[^1].Completion!.Output.Span));
        SegmentWriter.Write(last.Segment).ShouldBe(SegmentWriter.Write(history[^1]));
    }

    [Fact]
    public async Task History_RecordedNow_IsTheOneOnFile()
    {
        // The way in which events are written is fixed as well: whoever changes it adds a file, and keeps this one read.
        var recorded = await GoldenProgram.RecordAsync();

        var segments = recorded.Replace("\n", ",\n", StringComparison.Ordinal);
        $"[\n{segments}\n]\n".ShouldBe(File.ReadAllText(PathOf("fan-out-1.json")));
    }

    private static string PathOf(string file, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, file);
}
