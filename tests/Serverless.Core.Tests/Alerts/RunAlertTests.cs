using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Core.Tests.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Alerts;

/// <summary>What people are told of the end of runs, on the real engine.</summary>
public sealed class RunAlertTests
{
    [Fact]
    public async Task Run_ThatEndsWell_IsToldOnceOnEachChannel()
    {
        var (chat, hook) = (new FakeChannel("chat"), new FakeChannel("hook", knowsRepeats: true));
        await using var run = Harness(chat, hook);

        await run.RunAsync(3, Telling);
        await EndOfAlertsAsync(run);

        var alert = chat.Got.ShouldHaveSingleItem();
        alert.Event.ShouldBe(AlertEvent.Completed);
        alert.Title.ShouldBe("Run run-1 completed: 3 of 3 flashpoints, 0 null");
        alert.Link.ShouldBe(new Uri("https://fanout.example.org/ops/#/runs/run-1"));
        alert.Run.ShouldBe(new AlertRun
        {
            RunId = "run-1",
            Date = "2025-01-01",
            State = RunState.Completed,
            Flashpoints = 3,
            Done = 3,
            DurationSec = alert.Run!.DurationSec,
        });
        hook.Got.ShouldHaveSingleItem().Id.ShouldBe(alert.Id);
    }

    [Fact]
    public async Task Run_WithNulls_IsToldAsFailed()
    {
        var chat = new FakeChannel("chat");
        await using var run = Harness(job => job.Chunk == 1 ? JobScript.Of(Look.Failed("no luck")) : new JobScript(), chat);

        await run.RunAsync(3, input => Telling(input) with { MaxAttempts = 1 });
        await EndOfAlertsAsync(run);

        var alert = chat.Got.ShouldHaveSingleItem();
        alert.Event.ShouldBe(AlertEvent.Failed);
        alert.Title.ShouldBe("Run run-1 completed: 2 of 3 flashpoints, 1 null");
    }

    [Fact]
    public async Task Run_ThatIsCancelled_IsToldAsFailed()
    {
        var chat = new FakeChannel("chat");
        var running = new Seen();
        await using var run = Harness(_ => JobScript.Of(Look.After(running.Set, Look.Running)), chat);
        await run.StartAsync(2, Telling);
        await run.DriveAsync(running.Task);

        await run.CancelAsync();
        await EndOfAlertsAsync(run);

        var alert = chat.Got.ShouldHaveSingleItem();
        (alert.Event, alert.Title).ShouldBe((AlertEvent.Failed, "Run run-1 cancelled: 0 of 2 flashpoints, 2 null"));
    }

    [Fact]
    public async Task Run_OfAnEventThatNobodyChose_IsNotTold()
    {
        var chat = new FakeChannel("chat");
        await using var run = Harness(chat);
        run.Alerts = run.Alerts with { On = [AlertEvent.Failed] };

        await run.RunAsync(1, Telling);

        (await OpenAsync(run)).ShouldBeEmpty();
        chat.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OfBeforeThereWereAlerts_IsNotTold()
    {
        var chat = new FakeChannel("chat");
        await using var run = Harness(chat);

        await run.RunAsync(1);

        (await OpenAsync(run)).ShouldBeEmpty();
        chat.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task Retry_OfARun_IsToldAgain()
    {
        var chat = new FakeChannel("chat");
        await using var run = Harness(job => job.Chunk == 0 ? JobScript.Of(Look.Failed("no luck")) : new JobScript(), chat);
        await run.RunAsync(2, input => Telling(input) with { MaxAttempts = 1 });
        await EndOfAlertsAsync(run);

        await run.Control.RetryAsync(RunHarness.RunName, input => input, default);
        await run.EndAsync();
        await EndOfAlertsAsync(run);

        chat.Got.Select(alert => alert.Event).ShouldBe([AlertEvent.Failed, AlertEvent.Completed]);
        chat.Got.Select(alert => alert.Id).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Run_ThatIsPurgedAndRunAgain_IsToldAgain()
    {
        var chat = new FakeChannel("chat");
        await using var run = Harness(chat);
        await run.RunAsync(1, Telling);
        await EndOfAlertsAsync(run);
        run.Objects.Names.ShouldContain(name => name.StartsWith("alerts/", StringComparison.Ordinal));

        await run.Control.PurgeAsync(RunHarness.RunName, default);
        run.Objects.Names.ShouldBeEmpty();
        await run.RunAsync(1, Telling);
        await EndOfAlertsAsync(run);

        chat.Got.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Purge_OfARunWhoseAlertIsStillToBeSent_EndsIt()
    {
        var chat = new FakeChannel("chat") { Answer = _ => Task.FromResult(FakeChannel.Busy()) };
        await using var run = Harness(chat);
        await run.RunAsync(1, Telling);
        await run.RestAsync();
        (await OpenAsync(run)).ShouldHaveSingleItem();

        await run.Control.PurgeAsync(RunHarness.RunName, default);

        (await OpenAsync(run)).ShouldBeEmpty();
        run.Objects.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WhoseAlertsCannotBeMade_EndsAllTheSame()
    {
        await using var run = Harness(new BrokenChannel());

        (await run.RunAsync(1, Telling)).Ok.ShouldBeTrue();

        run.Logs.Lines.ShouldContain("Error: Run run-1: its alerts could not be made: no name today");
    }

    internal static RunInput Telling(RunInput input) => input with { TellsEnd = true };

    internal static RunHarness Harness(params IAlertChannel[] channels) => Harness(null, channels);

    internal static RunHarness Harness(Func<ScriptedJob, JobScript>? script, params IAlertChannel[] channels) => new(script)
    {
        Alerts = new AlertRouting { Channels = channels, PublicUrl = new Uri("https://fanout.example.org/ops/") },
    };

    internal static Task<IReadOnlyList<string>> OpenAsync(RunHarness run) =>
        new AlertDispatch(run.Engine.Client, run.Alerts).FindOpenAsync(subject: null, default);

    /// <summary>Drives all alerts that were made to their end.</summary>
    internal static async Task EndOfAlertsAsync(RunHarness run)
    {
        foreach (var alert in await OpenAsync(run)) await run.DriveAsync(run.Engine.Client.WaitForInstanceCompletionAsync(alert));
    }

    private sealed class BrokenChannel : IAlertChannel
    {
        public string Name => throw new InvalidOperationException("no name today");

        public bool KnowsRepeats => false;

        public Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
