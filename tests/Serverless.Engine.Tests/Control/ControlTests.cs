using static Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.Engine.Tests.Control;

public sealed class ControlTests
{
    [Fact]
    public async Task Wait_EndedAlready_GivesTheEnd()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.RaiseAsync("me", "go", "x");
        await engine.EndAsync("me");

        (await engine.EndAsync("me")).Output<string>().ShouldBe("x");
        await engine.RestartAsync();
        (await engine.EndAsync("me")).Output<string>().ShouldBe("x");
    }

    [Fact]
    public async Task Wait_ManyAtOnce_AreAllToldOfOneEnd()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        var waiting = Enumerable.Range(0, 20).Select(_ => engine.EndAsync("me")).ToList();

        await engine.RaiseAsync("me", "go", "x");

        (await Task.WhenAll(waiting)).ShouldAllBe(end => end.RuntimeStatus == Completed);
    }

    [Fact]
    public async Task Wait_EndThatIsOnTheDiskAndNotToldYet_IsForThatToo()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim();
        var told = false;
        await using var engine = Program().With(options => options with
        {
            OnRootEnded = _ =>
            {
                reached.SetResult();
                told = goOn.Wait(EngineHarness.Patience);
            },
        });
        await engine.ScheduleAsync("Wait", 0, id: "me");
        var raising = engine.RaiseAsync("me", "go", "x");
        await reached.Task.WaitAsync(EngineHarness.Patience);
        (await engine.StatusAsync("me")).ShouldBe(Completed);

        var waiting = engine.EndAsync("me");
        var isEarly = waiting.IsCompleted;
        goOn.Set();

        isEarly.ShouldBeFalse();
        (await waiting).Output<string>().ShouldBe("x");
        told.ShouldBeTrue();
        await raising;
    }

    [Fact]
    public async Task Wait_UnknownInstance_ThrowsByName()
    {
        await using var engine = Program();

        var unknown = await Should.ThrowAsync<InstanceNotFoundException>(() => engine.EndAsync("nobody"));

        unknown.Message.ShouldBe("There is no instance 'nobody'.");
    }

    [Fact]
    public async Task Wait_Cancelled_StopsWaitingAndNothingElse()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        using var cancel = new CancellationTokenSource();
        var waiting = engine.Client.WaitForInstanceCompletionAsync("me", cancellation: cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        (await engine.StatusAsync("me")).ShouldBe(Running);
    }

    [Fact]
    public async Task Get_WithoutPayloads_LeavesThemOut()
    {
        await using var engine = Program();
        var start = engine.Clock.GetUtcNow();
        await engine.ScheduleAsync("Wait", 7, id: "me");
        engine.Clock.Advance(TimeSpan.FromSeconds(5));
        await engine.RaiseAsync("me", "go", "x");
        await engine.EndAsync("me");

        var with = await engine.GetAsync("me");
        var without = (await engine.Client.GetInstanceAsync("me"))!;

        (with.SerializedInput, with.SerializedOutput).ShouldBe(("7", "\"x\""));
        (without.SerializedInput, without.SerializedOutput).ShouldBe((null, null));
        with.Name.ShouldBe("Wait");
        with.CreatedAt.ShouldBe(start);
        with.LastUpdatedAt.ShouldBe(start.AddSeconds(5));
        (await engine.Client.GetInstanceAsync("nobody")).ShouldBeNull();
    }

    [Fact]
    public async Task Terminate_WithOutput_ShowsIt()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");

        (await engine.Client.TerminateInstanceAsync("me", new TerminateInstanceOptions("enough"))).ShouldBeTrue();

        var end = await engine.EndAsync("me");
        end.RuntimeStatus.ShouldBe(Terminated);
        end.SerializedOutput.ShouldBe("\"enough\"");
        end.FailureDetails.ShouldBeNull();
        (await engine.Client.TerminateInstanceAsync("me")).ShouldBeFalse();
        (await engine.Client.TerminateInstanceAsync("nobody")).ShouldBeFalse();
    }

    [Fact]
    public async Task Terminate_ActivityUnderWay_IsNotCancelledAndItsResultDropped()
    {
        var gate = new Gate();
        var cancelled = false;
        await using var engine = new EngineHarness()
            .Activity<int, int>("Slow", async (context, i) =>
            {
                await gate.PassAsync();
                cancelled = context.CancellationToken.IsCancellationRequested;
                return i;
            })
            .Activity<int, int>("Work", i => i)
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Slow", 1))
            .Orchestrator<int, int>("Other", (context, _) => context.CallActivityAsync<int>("Work", 1))
            .With(options => options with { MaxConcurrentActivities = 1 });
        await engine.ScheduleAsync("Main", 0, id: "me");
        await gate.ArrivedAsync();

        await engine.Client.TerminateInstanceAsync("me");
        gate.Open();
        await engine.RunAsync<int>("Other", 0);

        cancelled.ShouldBeFalse();
        (await engine.GetAsync("me")).SerializedOutput.ShouldBeNull();
    }

    [Fact]
    public async Task Terminate_AfterARestart_StartsNoActivityAgain()
    {
        var calls = 0;
        var gate = new Gate();
        await using var engine = new EngineHarness()
            .With(options => options with { ActivateAll = false })
            .Activity<int, int>("Slow", async (context, i) =>
            {
                Interlocked.Increment(ref calls);
                await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Slow", 1));
        await engine.ScheduleAsync("Main", 0, id: "me");
        await gate.ArrivedAsync();
        await engine.RestartAsync();

        await engine.Client.TerminateInstanceAsync("me");
        await engine.StopAsync();

        calls.ShouldBe(1);
    }

    [Fact]
    public async Task Suspend_EventsAndResults_WaitForTheResume()
    {
        var gate = new Gate();
        await using var engine = new EngineHarness()
            .Activity<int, int>("Slow", async (context, i) =>
            {
                await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                var slow = await context.CallActivityAsync<int>("Slow", 7);
                context.SetCustomStatus("went on");
                return slow + await context.WaitForExternalEvent<string>("go");
            });
        await engine.ScheduleAsync("Main", 0, id: "me");
        await gate.ArrivedAsync();
        (await engine.Client.SuspendInstanceAsync("me", "a break")).ShouldBeTrue();

        gate.Open();
        await engine.RaiseAsync("me", "go", "!");
        await engine.WhenAsync(() => Task.FromResult(Sqlite.History(engine.DatabasePath, "me").Contains("\"Done\"")));
        await engine.RestartAsync();

        var suspended = await engine.GetAsync("me");
        (suspended.RuntimeStatus, suspended.SerializedCustomStatus).ShouldBe((Suspended, null));
        (await engine.Client.ResumeInstanceAsync("me")).ShouldBeTrue();
        (await engine.ResultAsync<string>("me")).ShouldBe("7!");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Suspend_TimerFallsDueMeanwhile_FiresOnResume(bool restart)
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", async (context, _) =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return "woke";
        });
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.Client.SuspendInstanceAsync("me");
        await engine.AdvanceAsync(TimeSpan.FromMinutes(2));
        if (restart) await engine.RestartAsync();
        (await engine.StatusAsync("me")).ShouldBe(Suspended);

        await engine.Client.ResumeInstanceAsync("me");

        (await engine.ResultAsync<string>("me")).ShouldBe("woke");
    }

    [Fact]
    public async Task SuspendAndResume_Twice_ChangeNothingAndAreNotRefused()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");

        (await engine.Client.ResumeInstanceAsync("me")).ShouldBeTrue();
        (await engine.Client.SuspendInstanceAsync("me")).ShouldBeTrue();
        (await engine.Client.SuspendInstanceAsync("me")).ShouldBeTrue();
        (await engine.Client.ResumeInstanceAsync("me")).ShouldBeTrue();
        (await engine.StatusAsync("me")).ShouldBe(Running);

        await engine.RaiseAsync("me", "go", "x");
        (await engine.ResultAsync<string>("me")).ShouldBe("x");
        (await engine.Client.SuspendInstanceAsync("me")).ShouldBeFalse();
        (await engine.Client.ResumeInstanceAsync("nobody")).ShouldBeFalse();
    }

    [Fact]
    public async Task Suspended_CanBeTerminated()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.Client.SuspendInstanceAsync("me");

        await engine.Client.TerminateInstanceAsync("me");

        (await engine.EndAsync("me")).RuntimeStatus.ShouldBe(Terminated);
    }

    private static EngineHarness Program() => new EngineHarness().Orchestrator<int, string>(
        "Wait", (context, _) => context.WaitForExternalEvent<string>("go"));
}
