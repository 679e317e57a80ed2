using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;

namespace Serverless.Agent.Tests.Supervision;

/// <summary>With driven time and workers that do as they are told.</summary>
public sealed class WatchdogTests
{
    [Fact]
    public async Task Worker_ThatEndsWell_IsNotStartedAgain()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();

        (await harness.Processes.WhenStarted(1)).End(0);

        (await run).ShouldBe(new WorkerEnd(EndReason.Exited, 0));
        harness.Processes.Workers.Count.ShouldBe(1);
        harness.Watchdog.Health.State.ShouldBe(WorkerState.Ended);
    }

    [Fact]
    public async Task Worker_Alive_IsLookedAtEveryThirtySeconds()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        var worker = await harness.Processes.WhenStarted(1);
        for (var i = 1; i <= 5; i++)
        {
            await harness.CheckAsync();
            await harness.Log.WhenSays("Worker healthy (heartbeat 0.0s ago)", i);
        }

        harness.Watchdog.Health.State.ShouldBe(WorkerState.Healthy);
        worker.Signals.All.ShouldBeEmpty();
        worker.End(0);
        await run;
    }

    [Fact]
    public async Task Worker_SixtySecondsWithoutASign_GetsSigtermAndIsStartedAgain()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        var worker = await harness.Processes.WhenStarted(1);
        await harness.CheckAsync();
        await harness.CheckAsync(isAlive: false);
        await harness.Log.WhenSays("Worker healthy (heartbeat 30.0s ago)");
        worker.Signals.All.ShouldBeEmpty();

        await harness.CheckAsync(isAlive: false);

        await harness.Log.WhenSays("Worker unhealthy (no heartbeat for 60s), restarting...");
        await harness.Log.WhenSays("Worker is started again in 1s (restart 1 of at most 10 within an hour)");
        worker.Signals.All.ShouldBe(["TERM"]);
        harness.Ends.ShouldBe([new WorkerEnd(EndReason.Hung, 143)]);
        await harness.WhenWaits(1);
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        (await harness.Processes.WhenStarted(2)).End(0);
        await run;
    }

    [Fact]
    public async Task Worker_HungAndDeaf_IsKilledAfterTheGrace()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        var worker = await harness.Processes.WhenStarted(1);
        worker.Obeys = false;
        await harness.CheckAsync(isAlive: false);
        await harness.CheckAsync(isAlive: false);
        await harness.Log.WhenSays("Worker unhealthy (no heartbeat for 60s)");
        await harness.WhenWaits(10);
        await worker.Signals.WhenAny(signal => signal == "TERM").WaitAsync(WatchdogHarness.Patience);
        worker.Signals.All.ShouldBe(["TERM"]);

        harness.Clock.Advance(TimeSpan.FromSeconds(10));

        await harness.Log.WhenSays("Worker is started again");
        worker.Signals.All.ShouldBe(["TERM", "KILL"]);
        harness.Stop.Give();
        await run;
    }

    [Fact]
    public async Task Worker_Zombie_CountsAsDead()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        (await harness.Processes.WhenStarted(1)).IsZombie = true;
        harness.Processes.Zombies = 3;

        await harness.CheckAsync();
        await harness.WhenWaits(10);
        harness.Clock.Advance(TimeSpan.FromSeconds(10));

        await harness.Log.WhenSays("Worker unhealthy (a zombie), restarting...");
        await harness.Log.WhenSays("3 zombies taken out of the process table");
        harness.Stop.Give();
        await run;
    }

    [Fact]
    public async Task Worker_ZombieUntilItsExitCodeIsKnown_HasEndedByItself()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        var worker = await harness.Processes.WhenStarted(1);
        worker.IsZombie = true;
        await harness.CheckAsync();
        await harness.WhenWaits(10);

        worker.End(9);

        await harness.Log.WhenSays("Worker unhealthy (ended with exit code 9), restarting...");
        await harness.Log.WhenSays("Worker is started again");
        harness.Ends.ShouldBe([new WorkerEnd(EndReason.Exited, 9)]);
        harness.Stop.Give();
        await run;
    }

    [Fact]
    public async Task Worker_SignOfTheOneBefore_DoesNotCount()
    {
        using var harness = new WatchdogHarness { Sign = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var run = harness.RunAsync();
        await harness.Processes.WhenStarted(1);
        await harness.CheckAsync(isAlive: false);
        await harness.CheckAsync(isAlive: false);

        await harness.Log.WhenSays("Worker unhealthy (no heartbeat for 60s)");

        harness.Stop.Give();
        await run;
    }

    [Fact]
    public async Task Worker_SlowToStart_GetsItsStartupTime()
    {
        using var harness = new WatchdogHarness(options: new WatchdogOptions { StartupTime = TimeSpan.FromMinutes(5) });
        var run = harness.RunAsync();
        var worker = await harness.Processes.WhenStarted(1);
        for (var i = 0; i < 9; i++) await harness.CheckAsync(isAlive: false);
        await harness.CheckAsync();

        await harness.Log.WhenSays("Worker healthy");
        worker.Signals.All.ShouldBeEmpty();
        worker.End(0);
        await run;
    }

    [Fact]
    public async Task CrashLoop_EleventhRestartWithinAnHour_IsRefusedAndAPersonAlerted()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        for (var crash = 1; crash <= 10; crash++) await harness.CrashAsync(crash);

        (await harness.Processes.WhenStarted(11)).End(1);

        await harness.Log.WhenSays("Critical: Restart limit reached: the worker died again after 10 restarts within an hour");
        harness.Told.ShouldBe(["gave up after 10: The worker ended with exit code 1"]);
        harness.Watchdog.Health.State.ShouldBe(WorkerState.GivenUp);
        harness.Watchdog.Restarts.Total.ShouldBe(10);
        harness.Watchdog.Restarts.Recent.Count.ShouldBe(10);
        harness.Clock.NextDue.ShouldBeNull("it waits for a person, however long");
        harness.Clock.Advance(TimeSpan.FromMinutes(30));
        harness.Processes.Workers.Count.ShouldBe(11);

        harness.Watchdog.Allow();
        await harness.Log.WhenSays("A person has looked; the worker is started again");
        await harness.WhenWaits(1);
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        (await harness.Processes.WhenStarted(12)).End(0);
        await run;
        harness.Told.Last().ShouldBe("recovered");
    }

    [Fact]
    public async Task CrashLoop_OfWorkersThatHang_IsToldAsSuch()
    {
        using var harness = new WatchdogHarness(options: new WatchdogOptions { MaxRestartsPerHour = 1 });
        var run = harness.RunAsync();
        await harness.CrashAsync(1);
        await harness.Processes.WhenStarted(2);
        await harness.CheckAsync(isAlive: false);
        await harness.CheckAsync(isAlive: false);

        await harness.Log.WhenSays("Critical: Restart limit reached");

        harness.Told.ShouldBe(["gave up after 1: The worker gave no sign of life"]);
        harness.Stop.Give();
        await run;
    }

    [Fact]
    public async Task Worker_ThatLivedForTenMinutes_HasRecovered()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        await harness.CrashAsync(1);
        await harness.LiveAsync(2, TimeSpan.FromMinutes(9));
        await harness.CrashAsync(2);
        harness.Told.ShouldBeEmpty();
        await harness.LiveAsync(3, TimeSpan.FromMinutes(10));

        await harness.CrashAsync(3);

        harness.Told.ShouldBe(["recovered"]);
        harness.Ends.ShouldAllBe(end => end.Reason == EndReason.Exited);
        harness.Stop.Give();
        await run;
    }

    [Fact]
    public async Task Crashes_LessThanTenAnHour_AreAlwaysStartedAgain()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        for (var crash = 1; crash <= 30; crash++)
        {
            await harness.LiveAsync(crash, TimeSpan.FromMinutes(7));
            await harness.CrashAsync(crash);
        }

        harness.Told.ShouldBeEmpty();
        harness.Ends.ShouldAllBe(end => end.Reason == EndReason.Exited);
        (await harness.Processes.WhenStarted(31)).End(0);
        await run;
    }

    [Fact]
    public async Task Worker_ThatLivesAgain_CountsAsRecovered()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        await harness.CrashAsync(1);
        await harness.CrashAsync(2);
        var worker = await harness.Processes.WhenStarted(3);

        await harness.CheckAsync();

        await harness.Log.WhenSays("Worker recovered ");
        harness.Watchdog.Health.Recoveries.ShouldBe(1);
        harness.Watchdog.Restarts.Total.ShouldBe(2);
        worker.End(0);
        await run;
    }

    [Fact]
    public async Task Stop_WithANotice_EndsTheWorkerWithinItsGrace()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        var worker = await harness.Processes.WhenStarted(1);
        worker.Obeys = false;
        harness.Stop.Give(new SpotNotice("google-preempted", "Google", harness.Clock.GetUtcNow().AddSeconds(30)));
        await harness.Log.WhenSays("Worker is asked to end (SIGTERM)");
        harness.Clock.Advance(TimeSpan.FromSeconds(19.9));
        worker.Ended.IsCompleted.ShouldBeFalse();

        harness.Clock.Advance(TimeSpan.FromSeconds(0.1));

        (await run).ShouldBe(new WorkerEnd(EndReason.Stopped, 137));
        worker.Signals.All.ShouldBe(["TERM", "KILL"]);
    }

    [Fact]
    public async Task Stop_WhileItPauses_StartsNothingMore()
    {
        using var harness = new WatchdogHarness();
        var run = harness.RunAsync();
        (await harness.Processes.WhenStarted(1)).End(1);
        await harness.Log.WhenSays("Worker is started again in");

        harness.Stop.Give();

        (await run).ShouldBeNull();
        harness.Processes.Workers.Count.ShouldBe(1);
    }
}
