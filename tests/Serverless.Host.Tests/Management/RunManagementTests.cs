using System.Net;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Management;

/// <summary>Runs seen as instances: the rules of runs hold here too.</summary>
public sealed class RunManagementTests
{
    [Fact]
    public async Task Terminate_OfARun_LeavesNoJobBehindThoughTheHostStopsAtOnce()
    {
        await using var host = await ManagementHarness.StartAsync(Running);
        await host.StartRunAsync("run-1", 3);
        await WhenAsync(() => host.Host.Backend.Checks.Count > 0);

        using var answer = await host.PostAsync("/instances/run-1/terminate?reason=enough");
        await host.Host.StopAsync();
        await host.Host.StartAgainAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var run = await host.Host.EndOfAsync("run-1");
        (run.RuntimeStatus, run.SerializedOutput).ShouldBe((OrchestrationRuntimeStatus.Terminated, "\"enough\""));
        await host.Host.EndOfAsync("run-1:0");
        host.Host.Backend.Cancels.ShouldContain("job-1");
        host.Host.Backend.Submissions.Count.ShouldBe(1);
        using var again = await host.PostAsync("/instances/run-1/terminate");
        await again.ProblemAsync(HttpStatusCode.Gone, "instance-ended");
    }

    [Fact]
    public async Task Terminate_OfAChunk_CostsThatChunkAlone()
    {
        await using var host = await ManagementHarness.StartAsync(new HostHarnessOptions
        {
            Script = job => job.Chunk == 0 ? JobScript.Of(Look.Running) : new JobScript(),
        });
        await host.StartRunAsync("run-1", 2);
        await WhenAsync(() => host.Host.Backend.Checks.Count > 0);

        using var answer = await host.PostAsync("/instances/run-1:0/terminate");

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var summary = (await host.Host.EndOfAsync("run-1")).ReadOutputAs(RunJson.Default.RunSummary)!;
        (summary.Failed, summary.Cancelled).ShouldBe((1, false));
        host.Host.Backend.Cancels.ShouldBe(["job-1"]);
    }

    [Theory]
    [InlineData("run-1")]
    [InlineData("run-1:0")]
    public async Task Restart_OfARunOrAChunk_PointsToWhereRunsAreRetried(string id)
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.StartRunAsync("run-1", 1);
        await host.Host.EndOfAsync("run-1");

        using var answer = await host.PostAsync($"/instances/{id}/restart");

        (await answer.ProblemAsync(HttpStatusCode.Conflict, "conflict")).ShouldContain("/api/runs/ID/retry");
        host.Host.Backend.Submissions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Purge_OfARun_DeletesWhatItStored()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.StartRunAsync("run-1", 2);
        await host.Host.EndOfAsync("run-1");
        Stored(host, "run-1").ShouldNotBeEmpty();

        using var answer = await host.DeleteAsync("/instances/run-1");

        (await answer.JsonAsync(HttpStatusCode.OK)).GetRawText().ShouldBe("""{"instancesDeleted":3}""");
        Stored(host, "run-1").ShouldBeEmpty();
        (await host.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Purge_OfAChunkWhoseRunGoesOn_IsRefused()
    {
        await using var host = await ManagementHarness.StartAsync(new HostHarnessOptions
        {
            Script = job => job.Chunk == 0 ? new JobScript() : JobScript.Of(Look.Running),
        });
        await host.StartRunAsync("run-1", 2);
        await WhenAsync(() => host.Host.Backend.Submissions.Count == 2);

        using var answer = await host.DeleteAsync("/instances/run-1:0");

        (await answer.ProblemAsync(HttpStatusCode.PreconditionFailed, "wrong-state")).ShouldContain("was started by 'run-1'");
        (await host.Client.GetInstanceAsync("run-1:0")).ShouldNotBeNull();
    }

    [Fact]
    public async Task PurgeMany_InATime_TakesWhatHasEndedThenAndNothingElse()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.StartRunAsync("run-1", 2);
        await host.Host.EndOfAsync("run-1");
        var completed = await host.InStateAsync("Completed");
        var failed = await host.InStateAsync("Failed");
        var running = await host.InStateAsync("Running");

        using var tooEarly = await host.DeleteAsync("/instances?createdTimeFrom=2001-01-01&createdTimeTo=2001-01-02");
        using var onlyLive = await host.DeleteAsync("/instances?createdTimeFrom=2001-01-01&runtimeStatus=Running");
        using var failures = await host.DeleteAsync("/instances?createdTimeFrom=2001-01-01&runtimeStatus=Failed,Running");
        using var all = await host.DeleteAsync("/instances?createdTimeFrom=2001-01-01");

        await tooEarly.ProblemAsync(HttpStatusCode.NotFound, "not-found");
        await onlyLive.ProblemAsync(HttpStatusCode.NotFound, "not-found");
        (await failures.JsonAsync(HttpStatusCode.OK)).Text("instancesDeleted").ShouldBe("1");
        (await all.JsonAsync(HttpStatusCode.OK)).Text("instancesDeleted").ShouldBe("4");
        Stored(host, "run-1").ShouldBeEmpty();
        (await host.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldHaveSingleItem().InstanceId.ShouldBe(running);
        (await host.Client.GetInstanceAsync(completed)).ShouldBeNull();
        (await host.Client.GetInstanceAsync(failed)).ShouldBeNull();
    }

    [Theory]
    [InlineData("/instances")]
    [InlineData("/instances?createdTimeTo=2001-01-02")]
    [InlineData("/instances?createdTimeFrom=now")]
    [InlineData("/instances?createdTimeFrom=2001-01-01&runtimeStatus=Compleded")]
    public async Task PurgeMany_WithoutAGoodFilter_DeletesNothing(string path)
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.InStateAsync("Completed");

        using var answer = await host.DeleteAsync(path);

        await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        (await host.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldHaveSingleItem();
    }

    private static HostHarnessOptions Running => new() { Script = _ => JobScript.Of(Look.Running) };

    private static string[] Stored(ManagementHarness host, string run)
    {
        var folder = Path.Combine(host.Host.Folder, "results", "runs", run);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    /// <summary>The engine runs on the system's clock here; this only waits for what it does by itself.</summary>
    private static async Task WhenAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(HostHarness.Patience);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition()) (await pace.WaitForNextTickAsync(late.Token)).ShouldBeTrue();
    }
}
