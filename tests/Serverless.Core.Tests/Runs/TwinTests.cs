using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Submissions that were taken though their answer never came: RunPod knows no idempotency key.</summary>
public sealed class TwinTests
{
    [Fact]
    public async Task Submission_WhoseAnswerIsLost_IsNotRepeatedOnceItsJobReports()
    {
        var submitted = new Seen();
        await using var run = new RunHarness(_ =>
        {
            submitted.Set();
            return JobScript.AnswerLost(Look.Completed);
        });
        await run.StartAsync(1, input => input with { PollSeconds = 600 });
        await run.DriveAsync(submitted.Task);

        await ReportAsync(run, "job-1");
        var end = await run.EndAsync();

        end.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Chunk(0).GetProperty("attempt_log")[0].GetProperty("job_id").GetString().ShouldBe("job-1");
    }

    private static async Task ReportAsync(RunHarness run, string jobId) =>
        (await run.Engine.Client.RaiseEventAsync(Names.ChunkInstance("run-1", 0), Names.JobEvent(1), jobId)).ShouldBeTrue();
}
