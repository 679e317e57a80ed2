using System.Collections.Concurrent;

namespace Serverless.Engine.Tests.Recovery;

/// <summary>The process dies after each commit in turn; each time a new engine must come to the same end.</summary>
public sealed class CrashTests
{
    private const string Expected = "[0,2,4,6] child:7 retried:3 late event:job done gen:2 sub failed";

    [Fact]
    public async Task Crash_AfterAnyCommit_EndsAsIfUndisturbed()
    {
        using var folder = new TemporaryFolder();
        var copies = new ConcurrentQueue<(string Path, DateTimeOffset Time)>();
        await using var engine = Program(new EngineHarness());
        engine.Hooks = new EngineHooks
        {
            AfterCommit = () => copies.Enqueue((Copies.Take(engine.DatabasePath, folder), engine.Clock.GetUtcNow())),
        };
        (await DriveAsync(engine)).ShouldBe(Expected);
        await engine.StopAsync();
        var all = copies.ToArray();
        all.Length.ShouldBeGreaterThan(10);

        foreach (var (copy, time) in all)
        {
            await using var crashed = engine.OnCopy(copy);
            crashed.Clock = new ManualClock(time);

            (await DriveAsync(crashed)).ShouldBe(Expected, copy);

            await crashed.StopAsync();
            Sqlite.Scalar<string>(copy, "PRAGMA integrity_check").ShouldBe("ok");
            Sqlite.Scalar<long>(copy, "SELECT count(*) FROM instances WHERE status IN (0, 6, 7)").ShouldBe(0);
            Sqlite.Scalar<long>(
                copy, "SELECT count(*) FROM instances WHERE parent_key IS NOT NULL AND reported = 0").ShouldBe(0);
            Decided(copy).ShouldBe(Decided(engine.DatabasePath), copy);
        }
    }

    /// <summary>Does all that the outside has to do, however far the run has come, until it has ended.</summary>
    private static async Task<string?> DriveAsync(EngineHarness engine)
    {
        if (await engine.Client.GetInstanceAsync("run") is null) await engine.ScheduleAsync("Main", 0, id: "run");
        var end = engine.EndAsync("run");
        while (!end.IsCompleted)
        {
            var status = (await engine.Client.GetInstanceAsync("run", getInputsAndOutputs: true))!.SerializedCustomStatus;
            if (status == "\"wants event\"") await engine.Client.RaiseEventAsync("run", "job", "job done");
            PassNextTimer(engine.Clock);
            await Task.Yield();
        }

        return (await end).Output<string>() ?? (await end).FailureDetails?.ToString();
    }

    /// <summary>Moves to the next timer, those apart that are days away: nobody waits so long for the event, however slow the
    /// machine is, and the engine's own look at idle instances has no part in this.</summary>
    private static void PassNextTimer(ManualClock clock)
    {
        if (clock.NextDue is { } due && due < clock.GetUtcNow() + TimeSpan.FromHours(1)) clock.AdvanceTo(due);
    }

    /// <summary>Everything that all instances asked for, in order.</summary>
    private static string Decided(string path)
    {
        var lines = new List<string>();
        foreach (var id in (string[])["run", "run:child", "run:bad"])
        {
            var segments = Sqlite.History(path, id).Split('\n')
                .Select(line => History.SegmentReader.Read(System.Text.Encoding.UTF8.GetBytes(line)));
            lines.AddRange(segments.SelectMany(segment => segment.Decisions).Select(decision => decision switch
            {
                History.ActivityScheduled e => $"{id} {e.TaskId} activity {e.Name}",
                History.ChildScheduled e => $"{id} {e.TaskId} child {e.InstanceId}",
                _ => $"{id} {decision.TaskId} timer",
            }));
        }

        return string.Join('\n', lines);
    }

    private static EngineHarness Program(EngineHarness engine)
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(3));
        return engine
            .With(options => options with { MaxConcurrentActivities = 2 })
            .Activity<int, int>("Double", i => i * 2)
            .Activity<int, int>("Third", attempt => attempt == 3 ? 3 : throw new InvalidOperationException("not yet"))
            .Activity<int, int>("Bad", _ => throw new InvalidOperationException("never"))
            .Orchestrator<int, int>("Child", async (context, i) =>
            {
                await context.CreateTimer(TimeSpan.FromSeconds(7), CancellationToken.None);
                return i + await context.CallActivityAsync<int>("Double", 1);
            })
            .Orchestrator<int, int>("BadChild", (context, _) => context.CallActivityAsync<int>("Bad", 0))
            .Orchestrator<int, string>("Main", async (context, generation) =>
            {
                if (generation < 2)
                {
                    await context.CallActivityAsync<int>("Double", generation);
                    context.ContinueAsNew(generation + 1);
                    return "";
                }

                var child = context.CallSubOrchestratorAsync<int>("Child", 5, $"{context.InstanceId}:child");
                var numbers = await Task.WhenAll(
                    Enumerable.Range(0, 4).Select(i => context.CallActivityAsync<int>("Double", i)));
                var text = $"[{string.Join(',', numbers)}] child:{await child}";
                text += $" retried:{await RetriedAsync(context)}";
                text += $" late event:{await EventAsync(context)} gen:{generation}";
                try
                {
                    await context.CallSubOrchestratorAsync<int>("BadChild", 0, $"{context.InstanceId}:bad");
                }
                catch (TaskFailedException)
                {
                    text += " sub failed";
                }

                return text;
            });

        // The attempt is part of the input, so that it does not hang on how often the process died.
        async Task<int> RetriedAsync(OrchestrationContext context)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await context.CallActivityAsync<int>(
                        "Third", attempt, attempt == 2 ? policy : new RetryPolicy(1, TimeSpan.FromSeconds(1)));
                }
                catch (TaskFailedException)
                {
                    await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
                }
            }
        }
    }

    private static async Task<string> EventAsync(OrchestrationContext context)
    {
        context.SetCustomStatus("wants event");
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromDays(10), cancel.Token);
        var job = context.WaitForExternalEvent<string>("job", cancel.Token);
        var first = await Task.WhenAny(timer, job);
        context.SetCustomStatus("goes on");
        cancel.Cancel();
        return first == job ? await job : "timed out";
    }
}
