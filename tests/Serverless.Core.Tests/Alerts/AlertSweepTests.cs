using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Core.Tests.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Alerts;

/// <summary>Runs that end without being able to say so themselves.</summary>
public sealed class AlertSweepTests
{
    /// <summary>Nothing can be planned of it.</summary>
    private static readonly RunInput WithoutManifest = new()
    {
        RunId = RunHarness.RunName,
        Date = "2025-01-01",
        Trigger = "manual",
        Workers = 1,
        Backend = "scripted",
        Flashpoints = 1,
        ManifestSha256 = "0",
        TellsEnd = true,
    };

    [Fact]
    public async Task Sweep_OfARunThatWasTerminated_TellsItOnce()
    {
        var chat = new FakeChannel("chat");
        await using var run = await TerminatedAsync(chat, sweepBefore: true);

        (await SweepOf(run).RunAsync(default)).ShouldBe(1);
        await RunAlertTests.EndOfAlertsAsync(run);
        (await SweepOf(run).RunAsync(default)).ShouldBe(0);

        var alert = chat.Got.ShouldHaveSingleItem();
        (alert.Event, alert.Title).ShouldBe((AlertEvent.Failed, "Run run-1 cancelled: 0 of 2 flashpoints, 2 null"));
    }

    [Fact]
    public async Task Sweep_ThatIsTheFirst_LeavesWhatEndedBeforeAlone()
    {
        var chat = new FakeChannel("chat");
        await using var run = await TerminatedAsync(chat, sweepBefore: false);

        (await SweepOf(run).RunAsync(default)).ShouldBe(0);
        (await SweepOf(run).RunAsync(default)).ShouldBe(1, "it ended within the margin of the first look");
        run.Clock.Advance(TimeSpan.FromHours(1));
        (await SweepOf(run).RunAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task Sweep_AfterAWeekWithoutAny_TellsWhatEndedThen()
    {
        var chat = new FakeChannel("chat");
        await using var run = await TerminatedAsync(chat, sweepBefore: true);
        await run.StopAsync();
        run.Clock.Advance(TimeSpan.FromDays(7));

        (await SweepOf(run).RunAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task Sweep_OfARunThatFailsTwice_TellsItTwice()
    {
        var chat = new FakeChannel("chat");
        await using var run = RunAlertTests.Harness(chat);
        await SweepOf(run).RunAsync(default);
        await run.Engine.Client.ScheduleNewOrchestrationInstanceAsync(
            Names.FanOut, WithoutManifest, new() { InstanceId = RunHarness.RunName });
        await FailAsync(run);
        await SweepOf(run).RunAsync(RunHarness.RunName, default);
        await RunAlertTests.EndOfAlertsAsync(run);

        run.Clock.Advance(TimeSpan.FromMinutes(1));
        (await run.Engine.Client.RewindInstanceAsync(RunHarness.RunName)).ShouldBeTrue();
        await FailAsync(run);
        await SweepOf(run).RunAsync(RunHarness.RunName, default);
        await SweepOf(run).RunAsync(RunHarness.RunName, default);
        await RunAlertTests.EndOfAlertsAsync(run);

        chat.Got.Count.ShouldBe(2);
        chat.Got.ShouldAllBe(alert => alert.Title.StartsWith("Run run-1 failed:", StringComparison.Ordinal) && alert.Reason != null);
    }

    private static async Task<RunHarness> TerminatedAsync(FakeChannel chat, bool sweepBefore)
    {
        var running = new Seen();
        var run = RunAlertTests.Harness(_ => JobScript.Of(Look.After(running.Set, Look.Running)), chat);
        if (sweepBefore) await SweepOf(run).RunAsync(default);
        await run.StartAsync(2, RunAlertTests.Telling);
        await run.DriveAsync(running.Task);
        (await new RunTermination(run.Engine.Client).TerminateAsync(RunHarness.RunName, "too dear")).ShouldBeTrue();
        return run;
    }

    private static async Task FailAsync(RunHarness run)
    {
        var end = await run.DriveAsync(run.Engine.Client.WaitForInstanceCompletionAsync(RunHarness.RunName));
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    private static AlertSweep SweepOf(RunHarness run) => new(run.Engine.Client, run.Alerts, run.Objects, run.Clock);
}
