using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.Commands;

public sealed class JobsCommandTests
{
    [Fact]
    public async Task Jobs_WithoutAny_SaysSo()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("jobs")).ShouldBe(0);

        cli.Output.ShouldBe("No open jobs: every job that was submitted has been seen to end.\n");
        cli.FanOut.Calls.ShouldBe(["jobs"]);
    }

    [Fact]
    public async Task Jobs_Open_AreListedWithTheReason()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Jobs.Add(Job("job-7", OpenJobReason.CancelUnconfirmed, "9 tries; no answer"));

        (await cli.RunAsync("jobs", "etl-1")).ShouldBe(0);

        cli.FanOut.Calls.ShouldBe(["jobs etl-1"]);
        foreach (var word in new[] { "etl-1", "job-7", "2025-01-01 00:00:00", "running", "9 tries" }) cli.Output.ShouldContain(word);
    }

    [Fact]
    public async Task Jobs_CancelWithAllConfirmed_IsASuccess()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Jobs.AddRange([Job("job-1", OpenJobReason.Orphaned), Job("job-2", OpenJobReason.CancelUnconfirmed)]);

        (await cli.RunAsync("jobs", "--cancel")).ShouldBe(0);

        cli.FanOut.Calls.ShouldBe(["jobs", "cancel jobs"]);
        cli.Output.ShouldBe("Confirmed as over: 2 of 2 jobs.\n");
    }

    [Fact]
    public async Task Jobs_CancelWithSomeLeft_ListsThemAndFails()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Jobs.AddRange([Job("job-1", OpenJobReason.Orphaned), Job("job-2", OpenJobReason.Watched)]);
        cli.FanOut.JobsLeft.Add(Job("job-2", OpenJobReason.Watched));

        (await cli.RunAsync("jobs", "--cancel", "etl-1")).ShouldBe(1);

        cli.Output.ShouldContain("Confirmed as over: 1 of 2 jobs.");
        cli.Output.ShouldContain("job-2");
        cli.Output.ShouldContain("fanout cancel RUN");
    }

    private static OpenJob Job(string id, OpenJobReason reason, string? detail = null) => new()
    {
        RunId = "etl-1",
        Chunk = 3,
        Attempt = 1,
        JobId = id,
        Backend = "runpod:https://api.runpod.ai/v2/abc",
        SubmittedAt = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
        State = JobState.Running,
        Reason = reason,
        Detail = detail,
    };
}
