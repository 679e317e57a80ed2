using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Steering;

public sealed class DeleteTests
{
    [Fact]
    public async Task Delete_OfAnEndedRun_LeavesNothingOfIt()
    {
        await using var host = await HostHarness.StartAsync();
        var empty = StateSnapshot.Take(host.Folder);
        await host.StartAsync("ended", count: 3);
        await host.EndOfAsync("ended");

        var answer = (await host.DeleteAsync("/api/runs/ended")).With(HttpStatusCode.NoContent);

        answer.Body.ShouldBeEmpty();
        StateSnapshot.Take(host.Folder).ShouldBe(empty);
        foreach (var path in new[] { "/api/runs/ended", "/api/runs/ended/results" })
            (await host.GetAsync(path)).Problem.ShouldBe("not-found");
        (await host.DeleteAsync("/api/runs/ended")).Problem.ShouldBe("not-found");
        (await host.PostAsync("/api/runs", Calls.RunBody("ended"))).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("ended");
    }

    [Fact]
    public async Task Delete_OfALiveRun_IsAConflictThatLeavesItGoing()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live", count: 2);
        await gate.Seen;

        var answer = await host.DeleteAsync("/api/runs/live");

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Problem.ShouldBe("conflict");
        answer.Detail.ShouldContain("cancel it before");
        gate.Open();
        await host.EndOfAsync("live");
        (await host.GetAsync("/api/runs/live/results")).Json.GetArrayLength().ShouldBe(2);
    }

    /// <summary>Deleting and starting the same run race; whoever was told that it was started finds it.</summary>
    [Fact]
    public async Task Delete_WhileTheSameRunIsStarted_LosesNoAcknowledgedRun()
    {
        await using var host = await HostHarness.StartAsync();
        for (var round = 0; round < 10; round++)
        {
            await host.PostAsync("/api/runs?wait=600", Calls.RunBody("raced", 1));

            var work = Enumerable.Range(0, 6).Select(i => i % 2 == 0
                ? host.DeleteAsync("/api/runs/raced")
                : host.PostAsync("/api/runs", Calls.RunBody("raced", 1)));
            var answers = await Task.WhenAll(work);

            answers.ShouldAllBe(answer => answer.Code < 500);
            if (!answers.Any(answer => answer.Code == 202)) continue;
            if ((await host.GetAsync("/api/runs/raced")).Code != 200) continue;
            (await host.EndOfAsync("raced")).RuntimeStatus.ShouldBe(Durable.OrchestrationRuntimeStatus.Completed);
        }
    }
}
