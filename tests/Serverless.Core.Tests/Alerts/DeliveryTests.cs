using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Core.Tests.Runs;

namespace Serverless.Core.Tests.Alerts;

/// <summary>How alerts are delivered: again until taken, never twice, and past any crash.</summary>
public sealed class DeliveryTests
{
    private static readonly DateTimeOffset At = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Alert_RaisedTwice_IsSentOnce()
    {
        var chat = new FakeChannel("chat");
        await using var run = RunAlertTests.Harness(chat);

        (await DispatchOf(run).RaiseAsync(Pod(), default)).ShouldBe(1);
        (await DispatchOf(run).RaiseAsync(Pod(), default)).ShouldBe(0);
        await RunAlertTests.EndOfAlertsAsync(run);
        (await DispatchOf(run).RaiseAsync(Pod(), default)).ShouldBe(0);
        await RunAlertTests.EndOfAlertsAsync(run);

        chat.Got.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Alert_ThatIsNotTaken_IsSentAgainAfterAsLongAsIsAsked()
    {
        var chat = new FakeChannel("chat")
        {
            Answer = n => Task.FromResult(n switch { 1 => FakeChannel.Busy(90), 2 => FakeChannel.Busy(), _ => FakeChannel.Sent }),
        };
        await using var run = RunAlertTests.Harness(chat);

        await DispatchOf(run).RaiseAsync(Pod(), default);
        await RunAlertTests.EndOfAlertsAsync(run);

        chat.Got.Count.ShouldBe(3);
        (run.Clock.GetUtcNow() - At).ShouldBe(TimeSpan.FromSeconds(90 + 10));
        var receipt = await ReceiptAsync(run);
        (receipt.Tries, receipt.Last.Outcome).ShouldBe((3, AlertOutcome.Sent));
    }

    [Fact]
    public async Task Alert_ThatIsNeverTaken_IsGivenUpAfterADay()
    {
        var chat = new FakeChannel("chat") { Answer = _ => Task.FromResult(FakeChannel.Busy()) };
        await using var run = RunAlertTests.Harness(chat);

        await DispatchOf(run).RaiseAsync(Pod(), default);
        await RunAlertTests.EndOfAlertsAsync(run);

        run.Logs.Lines.Count(line => line.StartsWith("Warning: Alert", StringComparison.Ordinal)).ShouldBe(1, "a day has 290 tries");
        (run.Clock.GetUtcNow() - At).ShouldBeInRange(TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        run.Logs.Lines.ShouldContain("Error: Alert \"Pod pod-1 was interrupted\" on chat is given up after a day: HTTP 429");
    }

    [Fact]
    public async Task Alert_ThatIsRefused_IsNotSentAgainAndSaidOnce()
    {
        var chat = new FakeChannel("chat")
        {
            Answer = _ => Task.FromResult(new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = "HTTP 403" }),
        };
        await using var run = RunAlertTests.Harness(chat);

        await DispatchOf(run).RaiseAsync(Pod(), default);
        await RunAlertTests.EndOfAlertsAsync(run);

        chat.Got.ShouldHaveSingleItem();
        run.Logs.Lines.Where(line => line.Contains("chat", StringComparison.Ordinal)).ShouldBe(
            ["Error: Alert \"Pod pod-1 was interrupted\" on chat Refused, is not tried again: HTTP 403"]);
    }

    [Fact]
    public async Task Alert_OnAChannelThatIsDown_ReachesTheOthers()
    {
        var (down, up) = (new FakeChannel("down") { Answer = _ => Task.FromResult(FakeChannel.Busy()) }, new FakeChannel("up"));
        await using var run = RunAlertTests.Harness(down, up);

        await DispatchOf(run).RaiseAsync(Pod(), default);
        await run.Engine.Client.WaitForInstanceCompletionAsync(Names.Alert(Pod(), "up"));

        up.Got.ShouldHaveSingleItem();
        (await RunAlertTests.OpenAsync(run)).ShouldBe([Names.Alert(Pod(), "down")]);
    }

    /// <summary>What lies on the disk while the alert is on its way is what a SIGKILL at that moment leaves.</summary>
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Alert_WhoseSenderDiesWhileItIsOnItsWay_IsSentAgainOnlyWhereRepeatsAreKnown(bool knowsRepeats, int expected)
    {
        var sending = new Seen();
        var end = new TaskCompletionSource<AlertAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var channel = new FakeChannel("chat", knowsRepeats);
        channel.Answer = n =>
        {
            if (n > 1) return Task.FromResult(FakeChannel.Sent);
            sending.Set();
            return end.Task;
        };
        await using var run = RunAlertTests.Harness(channel);
        await DispatchOf(run).RaiseAsync(Pod(), default);
        await sending.Task.WaitAsync(RunHarness.Patience);

        await using var after = run.CopyAsKilled();
        await RunAlertTests.EndOfAlertsAsync(after);

        channel.Got.Count.ShouldBe(expected);
        channel.Got.Select(alert => alert.Id).Distinct().ShouldHaveSingleItem();
        (await ReceiptAsync(after)).Last.Outcome.ShouldBe(knowsRepeats ? AlertOutcome.Sent : AlertOutcome.Unknown);
        end.SetResult(FakeChannel.Sent);
    }

    [Fact]
    public async Task Alert_ThatWasTakenBeforeItsSenderDied_IsNotSentAgain()
    {
        var channel = new FakeChannel("hook", knowsRepeats: true);
        await using var run = RunAlertTests.Harness(channel);
        await DispatchOf(run).RaiseAsync(Pod(), default);
        await RunAlertTests.EndOfAlertsAsync(run);

        // The history is lost with the machine, what is in the store is not.
        await run.Engine.Client.PurgeInstanceAsync(Names.Alert(Pod(), "hook"));
        await DispatchOf(run).RaiseAsync(Pod(), default);
        await RunAlertTests.EndOfAlertsAsync(run);

        channel.Got.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Alert_OnAChannelThatIsNotSetAnyMore_EndsAndSaysSo()
    {
        var chat = new FakeChannel("chat") { Answer = _ => Task.FromResult(FakeChannel.Busy()) };
        await using var run = RunAlertTests.Harness(chat);
        await DispatchOf(run).RaiseAsync(Pod(), default);
        await RunAlertTests.OpenAsync(run);

        await run.StopAsync();
        run.Alerts = AlertRouting.None;
        await RunAlertTests.EndOfAlertsAsync(run);

        (await ReceiptAsync(run)).Last.Detail.ShouldBe("the channel is not set any more");
    }

    [Fact]
    public void Instance_OfAPodWithAnOddName_HasAPlainId() =>
        Names.Alert(PodAlerts.Interrupted("eu/pod:1?#", "a b", At, null), "chat").ShouldBe("alert:eu-pod-1--:a-b:interrupted:chat");

    private static Alert Pod() => PodAlerts.Interrupted("pod-1", "7", At, "the provider takes it at 00:02");

    private static AlertDispatch DispatchOf(RunHarness run) => new(run.Engine.Client, run.Alerts);

    private static async Task<AlertReceipt> ReceiptAsync(RunHarness run)
    {
        var id = Names.Alert(Pod(), "chat");
        var instance = await run.Engine.Client.GetInstanceAsync(id, getInputsAndOutputs: true);
        return instance!.ReadOutputAs(RunJson.Default.AlertReceipt)!;
    }
}
