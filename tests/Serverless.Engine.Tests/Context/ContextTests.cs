using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Serverless.Engine.Tests.Context;

public sealed class ContextTests
{
    [Fact]
    public async Task NewGuid_Replayed_IsTheSameAndEachCallIsDistinct()
    {
        var seen = new ConcurrentQueue<Guid[]>();
        await using var engine = new EngineHarness()
            .Activity<int, int>("Work", i => i)
            .Orchestrator<int, Guid[]>("Main", async (context, _) =>
            {
                var ids = new List<Guid> { context.NewGuid(), context.NewGuid() };
                await context.CallActivityAsync<int>("Work", 0);
                ids.Add(context.NewGuid());
                seen.Enqueue([.. ids]);
                await context.WaitForExternalEvent<string>("go");
                ids.Add(context.NewGuid());
                return [.. ids];
            });
        var id = await engine.ScheduleAsync("Main", 0);
        await engine.WhenAsync(() => Task.FromResult(seen.Count == 1));

        await engine.RestartAsync();
        await engine.RaiseAsync(id, "go", "");

        var result = (await engine.ResultAsync<Guid[]>(id))!;
        result.ShouldBeUnique();
        result.ShouldAllBe(guid => guid.Version == 5);
        seen.Count.ShouldBe(2);
        foreach (var ids in seen) ids.ShouldBe(result[..3]);
    }

    [Fact]
    public async Task NewGuid_InTheNextExecutionAtTheSameTime_IsDistinct()
    {
        var seen = new ConcurrentQueue<Guid>();
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", (context, generation) =>
        {
            seen.Enqueue(context.NewGuid());
            if (generation < 5) context.ContinueAsNew(generation + 1);
            return Task.FromResult(generation);
        });

        await engine.RunAsync<int>("Main", 0);

        seen.Count.ShouldBe(6);
        seen.ShouldBeUnique();
    }

    [Fact]
    public async Task CurrentUtcDateTime_StandsStillInATurnAndMovesBetween()
    {
        var clock = default(ManualClock);
        await using var engine = new EngineHarness()
            .Orchestrator<int, DateTime[]>("Main", async (context, _) =>
            {
                var first = context.CurrentUtcDateTime;
                clock!.Advance(TimeSpan.FromSeconds(1));
                var second = context.CurrentUtcDateTime;
                await context.WaitForExternalEvent<string>("go");
                return [first, second, context.CurrentUtcDateTime];
            });
        clock = engine.Clock;
        var start = clock.GetUtcNow().UtcDateTime;
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "go", "");

        var times = (await engine.ResultAsync<DateTime[]>(id))!;
        times.ShouldBe([start, start, start.AddSeconds(1)]);
        times.ShouldAllBe(time => time.Kind == DateTimeKind.Utc);
    }

    [Fact]
    public async Task CurrentUtcDateTime_MachinesClockSetBack_NeverGoesBack()
    {
        await using var engine = new EngineHarness().Orchestrator<int, DateTime[]>("Main", async (context, _) =>
        {
            var before = context.CurrentUtcDateTime;
            await context.WaitForExternalEvent<string>("go");
            return [before, context.CurrentUtcDateTime];
        });
        var id = await engine.ScheduleAsync("Main", 0);
        await engine.StopAsync();
        engine.Clock = new ManualClock(engine.Clock.GetUtcNow().AddHours(-1));

        await engine.RaiseAsync(id, "go", "");

        var times = (await engine.ResultAsync<DateTime[]>(id))!;
        times[1].ShouldBe(times[0]);
    }

    [Fact]
    public async Task CurrentUtcDateTime_Replayed_IsTheSame()
    {
        var seen = new ConcurrentQueue<DateTime>();
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", async (context, _) =>
        {
            await context.WaitForExternalEvent<string>("first");
            seen.Enqueue(context.CurrentUtcDateTime);
            await context.WaitForExternalEvent<string>("second");
            return 0;
        });
        var id = await engine.ScheduleAsync("Main", 0);
        engine.Clock.Advance(TimeSpan.FromTicks(1_234_567));
        await engine.RaiseAsync(id, "first", "");
        engine.Clock.Advance(TimeSpan.FromDays(1));

        await engine.RestartAsync();
        await engine.RaiseAsync(id, "second", "");

        await engine.EndAsync(id);
        seen.Count.ShouldBe(2);
        seen.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task ReplaySafeLogger_AnyNumberOfRestarts_SaysEachThingOnce()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Work", i => i)
            .Orchestrator<int, int>("Main", async (context, n) =>
            {
                var log = context.CreateReplaySafeLogger("Main");
                log.LogInformation("began");
                for (var i = 0; i < n; i++)
                {
                    await context.CallActivityAsync<int>("Work", i);
                    await context.WaitForExternalEvent<string>("go");
                    log.LogInformation("step {Step}", i);
                    log.IsEnabled(LogLevel.Information).ShouldBe(!context.IsReplaying);
                }

                return n;
            });
        var id = await engine.ScheduleAsync("Main", 3);
        for (var i = 0; i < 3; i++)
        {
            await engine.RestartAsync();
            await engine.RaiseAsync(id, "go", "");
        }

        await engine.ResultAsync<int>(id);
        engine.Log.Lines.ShouldBe(["began", "step 0", "step 1", "step 2"]);
    }

    [Fact]
    public async Task IsReplaying_IsFalseAtTheLiveTailOnly()
    {
        var seen = new ConcurrentQueue<string>();
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", async (context, _) =>
        {
            seen.Enqueue($"1:{context.IsReplaying}");
            await context.WaitForExternalEvent<string>("go");
            seen.Enqueue($"2:{context.IsReplaying}");
            return 0;
        });
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RestartAsync();
        await engine.RaiseAsync(id, "go", "");

        await engine.EndAsync(id);
        seen.ShouldBe(["1:False", "1:True", "2:False"]);
    }

    [Fact]
    public async Task CustomStatus_LastOfATurn_IsShownAndSurvives()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", async (context, _) =>
        {
            context.SetCustomStatus("one");
            context.SetCustomStatus("two");
            await context.WaitForExternalEvent<string>("go");
            context.SetCustomStatus(null);
            return 0;
        });
        var id = await engine.ScheduleAsync("Main", 0);
        (await engine.GetAsync(id)).SerializedCustomStatus.ShouldBe("\"two\"");

        await engine.RestartAsync();
        (await engine.GetAsync(id)).SerializedCustomStatus.ShouldBe("\"two\"");
        await engine.RaiseAsync(id, "go", "");

        (await engine.EndAsync(id)).SerializedCustomStatus.ShouldBeNull();
    }

    [Fact]
    public async Task Context_SaysWhatRuns()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", (context, _) =>
            Task.FromResult($"{context.Name} {context.InstanceId} {context.ParentInstanceId is null}"));

        (await engine.RunAsync<string>("Main", 0, id: "me")).ShouldBe("Main me True");
    }
}
