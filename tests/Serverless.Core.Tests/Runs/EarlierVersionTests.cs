using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Runs;

/// <summary>
/// Databases that earlier versions left behind in the middle of a run. They are never edited: a version that cannot go on with
/// them cannot take over the runs of its users.
/// </summary>
public sealed class EarlierVersionTests
{
    /// <summary>Of 502 chunks of one flashpoint with two workers, when counts of all chunks still lay in the history and the
    /// second group had two chunks: one job of each group is running.</summary>
    [Fact]
    public async Task Run_OfAVersionThatListedAllCounts_GoesOnToItsEnd()
    {
        await using var run = new RunHarness();
        await UnpackAsync("groups-1.db.gz", run.DatabasePath);
        await PlanAsync(run, 502);
        await SubmitAsync(run, 500);
        await SubmitAsync(run, 0);

        var summary = await run.EndAsync();

        (summary.Ok, summary.ChunkCount).ShouldBe((true, 502));
        run.Results.ShouldBe(Enumerable.Range(0, 502).Select(i => $$"""{"id":"fp-{{i}}","value":"done"}"""));

        // The two jobs that were running were not submitted again.
        run.Backend.Submissions.Count.ShouldBe(502);
        run.Backend.Checks.Take(2).Order().ShouldBe(["job-1", "job-2"]);
        run.Objects.Names.ShouldNotContain(name => name.Contains("/groups/"));
    }

    /// <summary>What the version stored beside its database, in the same form as now.</summary>
    private static async Task PlanAsync(RunHarness run, int flashpoints)
    {
        var list = string.Join('\n', Enumerable.Range(0, flashpoints).Select(i => $$"""{"id":"fp-{{i}}"}"""));
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(list));
        await run.Store.WriteManifestAsync(FlashpointReader.ReadAsync(source, default), default);
        var options = new PlanOptions { Workers = 2, ChunkSize = 1 };
        await run.Store.WriteChunksAsync(Planner.Plan(await run.Store.DescribeAsync(default), options), 0, default);
    }

    private static Task<JobId> SubmitAsync(RunHarness run, int chunk) => run.Backend.SubmitAsync(
        new JobRequest
        {
            AttemptId = $"run-1:{chunk}:1",
            Input = Encoding.UTF8.GetBytes($$"""{"chunk":{{chunk}},"worker":1,"flashpoints":[{"id":"fp-{{chunk}}"}]}"""),
            ExecutionTimeout = TimeSpan.FromHours(2),
            TimeToLive = TimeSpan.FromHours(4),
        },
        default);

    private static async Task UnpackAsync(string history, string path, [CallerFilePath] string here = "")
    {
        var packed = Path.Combine(Path.GetDirectoryName(here)!, "Histories", history);
        await using var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
        await using var target = File.Create(path);
        await source.CopyToAsync(target);
    }
}
