namespace Serverless.Engine.Tests.Recovery;

/// <summary>An activity that takes the process down with it is not run for ever.</summary>
public sealed class PoisonTests
{
    [Fact]
    public async Task Activity_RunningAtEachOfThreeDeaths_IsFailedInsteadOfRunAgain()
    {
        using var folder = new TemporaryFolder();
        var gate = new Gate();
        var runs = 0;
        await using var first = Program(gate, () => runs++).With(options => options with { MaxInterruptions = 3 });
        await first.ScheduleAsync("Work", 7, id: "me");

        var copy = await DieAsync(first, folder, gate, times: 3);
        runs.ShouldBe(3);
        await using var last = first.OnCopy(copy);
        var failure = await last.FailureAsync("me");

        runs.ShouldBe(3);
        failure.InnerFailure.ShouldNotBeNull().ErrorType.ShouldBe("ActivityPoisoned");
        failure.InnerFailure!.ErrorMessage.ShouldStartWith(
            "The process died 3 times while activity 'Work' (#0) was running, so it is not run again.");
        last.Log.Lines.ShouldContain(line => line.StartsWith("Instance me: The process died 3 times"));
    }

    [Fact]
    public async Task Activity_OneDeathFewer_IsRunAgain()
    {
        using var folder = new TemporaryFolder();
        var gate = new Gate();
        await using var first = Program(gate).With(options => options with { MaxInterruptions = 3 });
        await first.ScheduleAsync("Work", 7, id: "me");

        var copy = await DieAsync(first, folder, gate, times: 2);
        gate.Open();
        await using var last = first.OnCopy(copy);

        (await last.ResultAsync<int>("me")).ShouldBe(7);
        Count(copy).ShouldBe(2);
    }

    [Fact]
    public async Task Activity_Queued_IsNotCounted()
    {
        using var folder = new TemporaryFolder();
        var gate = new Gate();
        await using var first = Program(gate)
            .With(options => options with { MaxConcurrentActivities = 2, MaxInterruptions = 1000 });
        await first.ScheduleAsync("Many", 5, id: "me");

        var copy = await DieAsync(first, folder, gate, times: 2, running: 2);
        await using var last = first.OnCopy(copy);
        _ = last.Engine;

        Count(copy).ShouldBe(4);
        Sqlite.Scalar<long>(copy, "SELECT count(*) FROM interruptions WHERE task IN (0, 1)").ShouldBe(2);
        Sqlite.Scalar<long>(copy, "SELECT count(*) FROM interruptions").ShouldBe(2);
    }

    [Fact]
    public async Task Activity_Settled_IsNotCounted()
    {
        using var folder = new TemporaryFolder();
        var gate = new Gate();
        await using var first = Program(gate);
        await first.ScheduleAsync("WorkThenWait", 7, id: "me");
        gate.Open();
        await first.WhenShownAsync("me", "7");

        await first.RaiseAsync("me", "noted");
        await using var last = first.OnCopy(Copies.Take(first.DatabasePath, folder));
        _ = last.Engine;

        Count(last.DatabasePath).ShouldBe(0);
    }

    [Fact]
    public async Task Stop_WithActivitiesRunning_CountsNothing()
    {
        var gate = new Gate();
        await using var engine = Program(gate).With(options => options with { MaxInterruptions = 1 });
        await engine.ScheduleAsync("Work", 7, id: "me");
        for (var i = 0; i < 3; i++)
        {
            await gate.ArrivedAsync();
            await engine.StopAsync();
            File.Exists(engine.DatabasePath + ".running").ShouldBeFalse();
            await engine.RestartAsync();
        }

        Count(engine.DatabasePath).ShouldBe(0);
        gate.Open();
        (await engine.ResultAsync<int>("me")).ShouldBe(7);
    }

    [Fact]
    public async Task Rewind_OfAPoisonedInstance_RunsTheActivityAgain()
    {
        using var folder = new TemporaryFolder();
        var gate = new Gate();
        await using var first = Program(gate).With(options => options with { MaxInterruptions = 1 });
        await first.ScheduleAsync("Work", 7, id: "me");
        await using var last = first.OnCopy(await DieAsync(first, folder, gate, times: 1));
        await last.FailureAsync("me");

        gate.Open();
        (await last.Client.RewindInstanceAsync("me")).ShouldBeTrue();

        (await last.ResultAsync<int>("me")).ShouldBe(7);
        Count(last.DatabasePath).ShouldBe(0);
    }

    [Fact]
    public async Task Counts_OfWhatHasEnded_GoWithThePurgeOrTheNextStart()
    {
        using var folder = new TemporaryFolder();
        var gate = new Gate();
        await using var first = Program(gate);
        await first.ScheduleAsync("Work", 1, id: "purged");
        await first.ScheduleAsync("Work", 2, id: "kept");
        await using var last = first.OnCopy(await DieAsync(first, folder, gate, times: 1, running: 2));
        gate.Open();
        await last.ResultAsync<int>("purged");
        await last.ResultAsync<int>("kept");
        Count(last.DatabasePath).ShouldBe(2);

        await last.Client.PurgeInstanceAsync("purged");
        Count(last.DatabasePath).ShouldBe(1);
        await last.RestartAsync();

        Count(last.DatabasePath).ShouldBe(0);
    }

    [Fact]
    public async Task RunningFile_OfGarbage_IsOverlooked()
    {
        await using var engine = Program(new Gate());
        var bytes = new byte[999];
        new Random(5).NextBytes(bytes);
        await File.WriteAllBytesAsync(engine.DatabasePath + ".running", bytes);

        await engine.ScheduleAsync("Work", 7, id: "me");

        Count(engine.DatabasePath).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task MaxInterruptions_OutOfRange_IsRefused(int value)
    {
        await using var engine = Program(new Gate()).With(options => options with { MaxInterruptions = value });

        Should.Throw<ArgumentOutOfRangeException>(() => engine.Engine).ParamName.ShouldBe("MaxInterruptions");
    }

    /// <summary>Dies again and again with activities running: goes on with what was on the disk at that moment.</summary>
    private static async Task<string> DieAsync(
        EngineHarness first, TemporaryFolder folder, Gate gate, int times, int running = 1)
    {
        await gate.ArrivedAsync(running);
        var copy = Copies.Take(first.DatabasePath, folder);
        for (var i = 1; i < times; i++)
        {
            await using var next = first.OnCopy(copy);
            _ = next.Engine;
            await gate.ArrivedAsync(running);
            copy = Copies.Take(copy, folder);
        }

        return copy;
    }

    private static long Count(string path) =>
        Sqlite.Scalar<long>(path, "SELECT coalesce(sum(count), 0) FROM interruptions");

    private static EngineHarness Program(Gate gate, Action? begun = null)
    {
        return new EngineHarness()
            .Activity<int, int>("Work", async (context, i) =>
            {
                begun?.Invoke();
                await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<int, int>("Work", (context, i) => context.CallActivityAsync<int>("Work", i))
            .Orchestrator<int, int[]>("Many", (context, count) => Task.WhenAll(
                Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>("Work", i))))
            .Orchestrator<int, int>("WorkThenWait", async (context, i) =>
            {
                context.SetCustomStatus(await context.CallActivityAsync<int>("Work", i));
                return await context.WaitForExternalEvent<int>("go");
            });
    }
}
