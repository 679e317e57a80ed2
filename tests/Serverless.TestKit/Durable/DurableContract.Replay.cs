using System.Collections.Concurrent;
using Serverless.Durable;
using Shouldly;
using Xunit;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    /// <summary>How the error is called, whatever its namespace.</summary>
    private const string NonDeterministic = ".NonDeterministicOrchestrationException";

    [Fact]
    public async Task Await_OfTaskDelay_BecomesOfItWhatIsSaid()
    {
        var clock = new ManualClock();
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Work", i => i)
            .Orchestrator<int, int>(Main, async (context, _) =>
            {
                context.SetCustomStatus("began");
                await Task.Delay(ShortTime, clock);
                return await context.CallActivityAsync<int>("Work", 1);
            }));
        await ScheduleAsync(host, 0);
        await WhenShownAsync(host, "began");

        clock.Advance(ShortTime);

        await CheckForbiddenWaitAsync(host, Me);
    }

    [Fact]
    public async Task Await_WithConfigureAwaitFalse_BecomesOfItWhatIsSaid()
    {
        var gate = new Gate();
        await using var host = await StartAsync(Waiting(gate).Orchestrator<int, string>(Main, async (context, _) =>
        {
            await context.CallActivityAsync<string>("Gated", 0).ConfigureAwait(false);
            return await context.CallActivityAsync<string>("Gated", 1);
        }));
        await ScheduleAsync(host, 0);
        await gate.ArrivedAsync();

        gate.Open();

        await CheckForbiddenWaitAsync(host, Me);
    }

    [Fact]
    public async Task Await_OfTaskRunThatOutlivesItsTurn_BecomesOfItWhatIsSaid()
    {
        var gate = new Gate();
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Work", i => i)
            .Orchestrator<int, int>(Main, async (context, _) =>
            {
                var first = await context.CallActivityAsync<int>("Work", 1);
                context.SetCustomStatus("waits");
                await Task.Run(() => gate.PassAsync());
                return first + await context.CallActivityAsync<int>("Work", 2);
            }));
        await ScheduleAsync(host, 0);
        await gate.ArrivedAsync();

        // Shown when the turn is over: had the task ended before that, nobody could tell it from a result.
        await WhenShownAsync(host, "waits");
        gate.Open();

        await CheckForbiddenWaitAsync(host, Me);
    }

    [Fact]
    public async Task Replay_OtherActivityAtTheSamePlace_FailsAsNotDeterministic()
    {
        var name = "Work";
        await using var host = await StartAsync(Calling(context => context.CallActivityAsync<string>(name, 1)));
        await ScheduleAsync(host, 0);
        await WhenShownAsync(host, "called");

        name = "Other";
        await host.ForgetAsync();
        await RaiseAsync(host, "go", "");

        (await FailureAsync(host)).ErrorType.ShouldEndWith(NonDeterministic);
    }

    [Fact]
    public async Task Replay_OtherInputOfAnActivity_IsNotNoticedAndTheRecordedResultCounts()
    {
        var input = 1;
        await using var host = await StartAsync(Calling(context => context.CallActivityAsync<string>("Work", input)));
        await ScheduleAsync(host, 0);
        await WhenShownAsync(host, "called");

        input = 2;
        await host.ForgetAsync();
        await RaiseAsync(host, "go", "");

        (await ResultAsync<string>(host)).ShouldBe("work 1");
    }

    [Fact]
    public async Task NewGuid_OnEveryReplay_IsTheSameAndEachCallIsDistinct()
    {
        var seen = new ConcurrentQueue<Guid[]>();
        await using var host = await StartAsync(Calling(context =>
        {
            seen.Enqueue([context.NewGuid(), context.NewGuid()]);
            return context.CallActivityAsync<string>("Work", 1);
        }));
        await ScheduleAsync(host, 0);
        await WhenShownAsync(host, "called");

        await host.ForgetAsync();
        await RaiseAsync(host, "go", "");

        await EndAsync(host);
        seen.Count.ShouldBeGreaterThan(1);
        foreach (var ids in seen) ids.ShouldBe(seen.First());
        seen.First().ShouldBeUnique();
        seen.First().ShouldAllBe(id => id.Version == 5);
    }

    [Fact]
    public async Task CurrentUtcDateTime_StandsStillBetweenAwaitsAndMovesOnWithThem()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, DateTime[]>(Main, async (context, _) =>
        {
            var (first, again) = (context.CurrentUtcDateTime, context.CurrentUtcDateTime);
            await context.CreateTimer(ShortTime, CancellationToken.None);
            return [first, again, context.CurrentUtcDateTime];
        }));
        await ScheduleAsync(host, 0);

        await host.PassAsync(ShortTime);

        var times = (await ResultAsync<DateTime[]>(host))!;
        times.ShouldAllBe(time => time.Kind == DateTimeKind.Utc);
        times[1].ShouldBe(times[0]);
        (times[2] - times[0]).ShouldBeGreaterThanOrEqualTo(ShortTime);
    }

    [Fact]
    public async Task IsReplaying_AtTheLiveTail_IsFalse()
    {
        var seen = new ConcurrentQueue<string>();
        await using var host = await StartAsync(Registry().Orchestrator<int, int>(Main, async (context, _) =>
        {
            seen.Enqueue($"1 {context.IsReplaying}");
            await context.WaitForExternalEvent<string>("go");
            seen.Enqueue($"2 {context.IsReplaying}");
            return 0;
        }));
        await ScheduleAsync(host, 0);
        await host.UntilAsync(() => Task.FromResult(!seen.IsEmpty));

        await host.ForgetAsync();
        await RaiseAsync(host, "go", "");

        await EndAsync(host);
        seen.ShouldBe(["1 False", "1 True", "2 False"]);
    }

    [Fact]
    public async Task Timer_LongerThanOneMayBe_FiresAtItsTime()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, DateTime[]>(Main, async (context, _) =>
        {
            var due = context.CurrentUtcDateTime + LongTime;
            await context.CreateTimer(due, CancellationToken.None);
            return [due, context.CurrentUtcDateTime];
        }));
        await ScheduleAsync(host, 0);

        // By its own times: on an engine that has the machine's clock nobody knows how late it is when somebody looks.
        await host.PassAsync(LongTime / 2);
        await host.PassAsync(LongTime / 2);

        var times = (await ResultAsync<DateTime[]>(host))!;
        times[1].ShouldBeGreaterThanOrEqualTo(times[0]);
    }

    /// <summary>Calls something, says so, and gives what it gave once the outside says go.</summary>
    private static DurableRegistry Calling(Func<OrchestrationContext, Task<string>> call) => Registry()
        .Activity<int, string>("Work", i => $"work {i}")
        .Activity<int, string>("Other", i => $"other {i}")
        .Orchestrator<int, string>(Main, async (context, _) =>
        {
            var result = await call(context);
            context.SetCustomStatus("called");
            await context.WaitForExternalEvent<string>("go");
            return result;
        });
}
