using Serverless.Agent.Notices;

namespace Serverless.Agent.Tests.Alerting;

/// <summary>What people are told of a pod, and what they are not told again: real posts, a real folder, driven time.</summary>
public sealed class AgentAlertsTests
{
    [Fact]
    public async Task CrashLoop_AgentIsStartedAgainOverIt_IsToldOnce()
    {
        await using var harness = await AlertHarness.StartAsync();
        await harness.RunAsync(alerts => alerts.GaveUp(10, "The worker ended with exit code 1"));
        harness.Clock.Advance(TimeSpan.FromHours(30));

        await harness.RunAsync(alerts => alerts.GaveUp(10, "The worker gave no sign of life"));

        var body = harness.Receiver.Posts.ShouldHaveSingleItem().Body;
        body.ShouldContain("\"event\":\"restart_limit\"");
        body.ShouldContain("\"reason\":\"The worker ended with exit code 1\"");
        body.ShouldContain("\"pod\":{\"pod_id\":\"pod-1\",\"restarts\":10}");
        harness.Log.Count("is not sent: people were told before").ShouldBe(1);
    }

    [Fact]
    public async Task CrashLoop_AfterTheWorkerHadRecovered_IsNews()
    {
        await using var harness = await AlertHarness.StartAsync();
        await harness.RunAsync(alerts => alerts.GaveUp(10, "The worker ended with exit code 1"));
        harness.Clock.Advance(TimeSpan.FromHours(1));

        await harness.RunAsync(alerts =>
        {
            alerts.Recovered();
            alerts.GaveUp(10, "The worker ended with exit code 1");
        });

        harness.Events.ShouldBe(["restart_limit", "restart_limit"]);
        harness.Kept.Count.ShouldBe(2, "of the first nothing is left: a note and a mark for each of the others");
    }

    [Fact]
    public async Task Failure_OfTheSameReason_IsToldOnce()
    {
        await using var harness = await AlertHarness.StartAsync();
        foreach (var reason in (string[])["exit code 1", "exit code 1", "no checkpoint is whole", "no checkpoint is whole"])
        {
            await harness.RunAsync(alerts => alerts.Failed(reason));
            harness.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        harness.Events.ShouldBe(["failed", "failed"]);
        harness.Receiver.Posts.Last().Body.ShouldContain("no checkpoint is whole");
    }

    [Fact]
    public async Task Failure_AfterAGoodEnd_IsNews()
    {
        await using var harness = await AlertHarness.StartAsync();
        await harness.RunAsync(alerts => alerts.Failed("exit code 1"));
        await harness.RunAsync(alerts => alerts.Completed("train took 1h 00m here"));
        harness.Clock.Advance(TimeSpan.FromSeconds(5));

        await harness.RunAsync(alerts => alerts.Failed("exit code 1"));

        harness.Events.ShouldBe(["failed", "completed", "failed"]);
    }

    [Fact]
    public async Task Completion_EachTime_IsToldAndNothingOfItKept()
    {
        await using var harness = await AlertHarness.StartAsync();
        for (var run = 1; run <= 2; run++)
        {
            await harness.RunAsync(alerts => alerts.Completed("train took 1h 00m here"));
            harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        harness.Events.ShouldBe(["completed", "completed"]);
        harness.Kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task Interruption_TheSameNoticeAgain_IsToldOnce()
    {
        await using var harness = await AlertHarness.StartAsync();
        var deadline = harness.Clock.GetUtcNow().AddMinutes(2);
        foreach (var at in (DateTimeOffset[])[deadline, deadline, deadline.AddHours(1)])
        {
            await harness.RunAsync(alerts => alerts.Interrupted(new SpotNotice("aws-instance-action", $"AWS: terminate at {at:T}", at)));
            harness.Clock.Advance(TimeSpan.FromSeconds(20));
        }

        harness.Events.ShouldBe(["interrupted", "interrupted"]);
    }

    [Fact]
    public async Task Event_ThatNobodyChose_IsNotTold()
    {
        await using var harness = await AlertHarness.StartAsync();

        await harness.RunAsync(
            alerts =>
            {
                alerts.GaveUp(10, "The worker ended with exit code 1");
                alerts.Failed("exit code 1");
            },
            ("ALERT_ON", "failed"));

        harness.Events.ShouldBe(["failed"]);
    }

    [Fact]
    public async Task Alert_NotTakenBeforeTheAgentEnds_IsSentByTheNextAsTheSame()
    {
        await using var harness = await AlertHarness.StartAsync();
        harness.TakesNothing();
        using (var first = harness.Begin())
        {
            first.Alerts.GaveUp(10, "The worker ended with exit code 1");
            await harness.Log.WhenSays("not sent on webhook yet, is tried again: HTTP 503");
            var ending = first.Alerts.DisposeAsync().AsTask();
            ending.IsCompleted.ShouldBeFalse("it waits for what is being sent");
            harness.Clock.Advance(TimeSpan.FromSeconds(20));
            await ending.WaitAsync(AlertHarness.Patience);
        }

        harness.Log.Count("is not sent yet: an agent that finds this folder again tries on").ShouldBe(1);
        harness.Receiver.Standard = _ => Task.CompletedTask;
        await harness.RunAsync(_ => { });
        var posted = harness.Receiver.Posts.Count;

        await harness.RunAsync(alerts => alerts.GaveUp(10, "The worker ended with exit code 1"));

        harness.Receiver.Posts.Count.ShouldBe(posted, "it had been taken");
        harness.Receiver.Posts.Select(post => post.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Alert_ThatIsADayOld_IsNotSentAnyMore()
    {
        await using var harness = await AlertHarness.StartAsync();
        harness.TakesNothing();
        using (var first = harness.Begin())
        {
            first.Alerts.GaveUp(10, "The worker ended with exit code 1");
            await harness.Log.WhenSays("not sent on webhook yet, is tried again: HTTP 503");
            first.Stop.Give();
            var ending = first.Alerts.DisposeAsync().AsTask();
            harness.Clock.Advance(TimeSpan.FromSeconds(4.9));
            ending.IsCompleted.ShouldBeFalse("a service manager gives it some seconds");
            harness.Clock.Set(harness.Clock.GetUtcNow().AddDays(1));
            harness.Clock.Advance(TimeSpan.FromSeconds(0.1));
            await ending.WaitAsync(AlertHarness.Patience);
        }

        var posted = harness.Receiver.Posts.Count;
        await harness.RunAsync(_ => { });

        harness.Receiver.Posts.Count.ShouldBe(posted);
    }

    [Fact]
    public async Task Folder_ThatCannotBeWrittenTo_KeepsNoAlertBack()
    {
        await using var harness = await AlertHarness.StartAsync();
        Directory.CreateDirectory(harness.Folder);
        File.WriteAllText(Path.Combine(harness.Folder, "told"), "not a folder");

        await harness.RunAsync(alerts => alerts.GaveUp(10, "The worker ended with exit code 1"));

        harness.Events.ShouldBe(["restart_limit"]);
        await harness.Log.WhenSays("could not be noted, and may be sent twice");
    }
}
