namespace Serverless.Engine.Tests.Context;

public sealed class TimerTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Timer_FiresAtItsTimeAndNotBefore()
    {
        await using var engine = Sleeper();
        var id = await engine.ScheduleAsync("Sleep", 10_000);
        await engine.Clock.WhenTimerDueBy(engine.Clock.GetUtcNow().AddSeconds(10)).WaitAsync(EngineHarness.Patience);

        engine.Clock.Advance(TimeSpan.FromSeconds(10) - Millisecond);
        (await engine.StatusAsync(id)).ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.Clock.Advance(Millisecond);

        var (from, to) = Times(await engine.ResultAsync<DateTime[]>(id));
        (to - from).ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Timer_BetweenTwoMilliseconds_DoesNotFireEarly()
    {
        await using var engine = new EngineHarness().Orchestrator<int, DateTime[]>("Sleep", async (context, _) =>
        {
            var fireAt = context.CurrentUtcDateTime.AddTicks(12_345);
            await context.CreateTimer(fireAt, CancellationToken.None);
            return [fireAt, context.CurrentUtcDateTime];
        });
        var id = await engine.ScheduleAsync("Sleep", 0);
        await engine.RestartAsync();
        await engine.AdvanceAsync(2 * Millisecond);

        var (due, fired) = Times(await engine.ResultAsync<DateTime[]>(id));
        fired.ShouldBeGreaterThanOrEqualTo(due);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60_000)]
    public async Task Timer_DueAlready_FiresAtOnce(int milliseconds)
    {
        await using var engine = Sleeper();

        var (from, to) = Times(await engine.RunAsync<DateTime[]>("Sleep", milliseconds));

        to.ShouldBe(from);
    }

    [Fact]
    public async Task Timer_EngineStoppedWhenItFellDue_FiresAtTheNextStart()
    {
        await using var engine = Sleeper();
        var id = await engine.ScheduleAsync("Sleep", 10_000);
        await engine.StopAsync();
        engine.Clock.Advance(TimeSpan.FromHours(1));

        _ = engine.Engine;
        await engine.AdvanceAsync(TimeSpan.Zero);

        var (from, to) = Times(await engine.ResultAsync<DateTime[]>(id));
        (to - from).ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Timer_SeveralRestartsBefore_FiresAtItsTime()
    {
        await using var engine = Sleeper();
        var id = await engine.ScheduleAsync("Sleep", 60_000);
        for (var i = 0; i < 3; i++)
        {
            await engine.RestartAsync();
            engine.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        await engine.AdvanceAsync(TimeSpan.FromSeconds(30));

        var (from, to) = Times(await engine.ResultAsync<DateTime[]>(id));
        (to - from).ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Timers_DueAtOnce_FireInOrderOfTheirTime()
    {
        await using var engine = new EngineHarness().Orchestrator<int[], int[]>("Sort", async (context, values) =>
        {
            var order = new List<int>();
            async Task AwaitAsync(int value)
            {
                await context.CreateTimer(TimeSpan.FromSeconds(value), CancellationToken.None);
                order.Add(value);
            }

            await Task.WhenAll(values.Select(AwaitAsync));
            return [.. order];
        });
        int[] shuffled = [.. Enumerable.Range(0, 500).Select(i => i * 317 % 500 + 1)];
        var id = await engine.ScheduleAsync("Sort", shuffled);
        await engine.StopAsync();
        engine.Clock.Advance(TimeSpan.FromHours(1));
        _ = engine.Engine;
        await engine.AdvanceAsync(TimeSpan.Zero);

        (await engine.ResultAsync<int[]>(id)).ShouldBe(Enumerable.Range(1, 500));
    }

    [Fact]
    public async Task Timer_LeftOpen_KeepsTheInstanceRunningUntilItFires()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", (context, input) =>
        {
            var forgotten = context.CreateTimer(TimeSpan.FromHours(2), CancellationToken.None);
            return Task.FromResult("done");
        });
        var id = await engine.ScheduleAsync("Main", 0);
        (await engine.StatusAsync(id)).ShouldBe(OrchestrationRuntimeStatus.Running);
        await engine.RestartAsync();
        (await engine.StatusAsync(id)).ShouldBe(OrchestrationRuntimeStatus.Running);

        await engine.AdvanceAsync(TimeSpan.FromHours(2));

        (await engine.ResultAsync<string>(id)).ShouldBe("done");
    }

    [Fact]
    public async Task Timer_TokenAlreadyCancelled_IsCancelled()
    {
        await using var engine = new EngineHarness().Orchestrator<int, bool>("Main", async (context, _) =>
        {
            var timer = context.CreateTimer(TimeSpan.FromHours(2), new CancellationToken(canceled: true));
            await Caught.OfAsync<TaskCanceledException>(timer);
            return true;
        });

        (await engine.RunAsync<bool>("Main", 0)).ShouldBeTrue();
    }

    [Fact]
    public async Task Timer_FurtherThanTheMachinesTimersReach_FiresAtItsTime()
    {
        await using var engine = Sleeper();
        var id = await engine.ScheduleAsync("SleepDays", 100);
        await engine.WhenAsync(() => Task.FromResult(
            Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM instances WHERE wake_at IS NOT NULL") == 1));
        await engine.RestartAsync();

        engine.Clock.Advance(TimeSpan.FromDays(100) - Millisecond);
        (await engine.StatusAsync(id)).ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.Clock.Advance(Millisecond);

        var (from, to) = Times(await engine.ResultAsync<DateTime[]>(id));
        (to - from).ShouldBe(TimeSpan.FromDays(100));
    }

    [Fact]
    public async Task Timer_TimeOfUnspecifiedKind_IsUtc()
    {
        await using var engine = new EngineHarness().Orchestrator<int, DateTime>("Main", async (context, _) =>
        {
            var unspecified = DateTime.SpecifyKind(context.CurrentUtcDateTime.AddSeconds(5), DateTimeKind.Unspecified);
            await context.CreateTimer(unspecified, CancellationToken.None);
            return context.CurrentUtcDateTime;
        });
        var id = await engine.ScheduleAsync("Main", 0);
        var due = engine.Clock.GetUtcNow().UtcDateTime.AddSeconds(5);

        await engine.AdvanceAsync(TimeSpan.FromSeconds(5));

        (await engine.ResultAsync<DateTime>(id)).ShouldBe(due);
    }

    private static (DateTime From, DateTime To) Times(DateTime[]? times) => (times![0], times[1]);

    private static EngineHarness Sleeper() => new EngineHarness()
        .Orchestrator<int, DateTime[]>("Sleep", (context, ms) => SleepAsync(context, TimeSpan.FromMilliseconds(ms)))
        .Orchestrator<int, DateTime[]>("SleepDays", (context, days) => SleepAsync(context, TimeSpan.FromDays(days)));

    private static async Task<DateTime[]> SleepAsync(OrchestrationContext context, TimeSpan time)
    {
        var from = context.CurrentUtcDateTime;
        await context.CreateTimer(time, CancellationToken.None);
        return [from, context.CurrentUtcDateTime];
    }
}
