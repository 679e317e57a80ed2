using System.Collections.Concurrent;

namespace Serverless.Engine.Tests;

/// <summary>Thousands of calls at once: nothing hangs, and what was acknowledged is done, once.</summary>
public sealed class StressTests
{
    [Fact]
    public async Task Events_RaisedFromEverywhereAtOnce_AreEachDeliveredOnce()
    {
        const int Instances = 20;
        const int Events = 4_000;
        await using var engine = Collector().With(options => options with { IdleTimeout = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < Instances; i++) await engine.ScheduleAsync("Collect", Events / Instances, id: $"i-{i}");
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            // Instances leave memory all the time, while events come in.
            while (!stop.IsCancellationRequested)
            {
                engine.Clock.Advance(TimeSpan.FromSeconds(2));
                await Task.Yield();
            }
        });

        await InParallelAsync(Events, async i =>
            (await engine.Client.RaiseEventAsync($"i-{i % Instances}", "item", i)).ShouldBeTrue());

        for (var i = 0; i < Instances; i++)
        {
            var items = (await engine.ResultAsync<int[]>($"i-{i}"))!;
            items.Order().ShouldBe(Enumerable.Range(0, Events / Instances).Select(k => k * Instances + i));
        }

        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public async Task Events_RaisedWhileTheInstanceIsBeingCreated_AreAcceptedOnlyIfDelivered()
    {
        await using var engine = Collector();
        var client = engine.Client;
        for (var round = 0; round < 150; round++)
        {
            var id = $"i-{round}";
            var accepted = new ConcurrentBag<int>();
            var raising = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                if (await client.RaiseEventAsync(id, "item", i)) accepted.Add(i);
            })).ToList();
            var scheduling = Task.Run(() => engine.ScheduleAsync("CollectUntilEnd", 0, id));

            await Task.WhenAll([scheduling, .. raising]).WaitAsync(EngineHarness.Patience);
            await engine.RaiseAsync(id, "item", -1);

            (await engine.ResultAsync<int[]>(id))!.Order().ShouldBe(accepted.Order());
        }
    }

    [Fact]
    public async Task Children_WithEventsComingBeforeTheyBegin_AllBegin()
    {
        await using var engine = Collector();
        var client = engine.Client;
        var scheduled = await engine.ScheduleAsync("Family", 300, id: "p");
        var raising = Task.Run(() => InParallelAsync(300, async i =>
        {
            while (!await client.RaiseEventAsync($"p-{i}", "item", i)) await Task.Yield();
        }));

        await raising.WaitAsync(EngineHarness.Patience);

        (await engine.ResultAsync<int>(scheduled)).ShouldBe(300 * 299 / 2);
        engine.Engine.Broken.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task EverythingAtOnce_OnTheSameIds_NeverHangsOrBreaks()
    {
        await using var engine = Collector();
        var client = engine.Client;
        var all = new StartOrchestrationOptions { DedupeStatuses = [] };
        var outcomes = new ConcurrentBag<string>();

        await InParallelAsync(3_000, async i =>
        {
            var id = $"i-{i * 7 % 10}";
            try
            {
                var call = (i % 8) switch
                {
                    0 => client.ScheduleNewOrchestrationInstanceAsync("Family", 3, all with { InstanceId = id }),
                    1 => client.ScheduleNewOrchestrationInstanceAsync("CollectUntilEnd", 0, new() { InstanceId = id }),
                    2 => client.RaiseEventAsync(id, "item", -1),
                    3 => client.TerminateInstanceAsync(id),
                    4 => client.PurgeInstanceAsync(id, recursive: i % 3 == 0),
                    5 => client.SuspendInstanceAsync(id),
                    6 => client.ResumeInstanceAsync(id),
                    _ => (Task)client.RewindInstanceAsync(id),
                };
                await call.WaitAsync(EngineHarness.Patience);
                outcomes.Add("done");
            }
            catch (Exception e) when (e is OrchestrationAlreadyExistsException or InvalidOperationException)
            {
                outcomes.Add("refused");
            }
        });

        outcomes.Count.ShouldBe(3_000);
        engine.Engine.Broken.IsCompleted.ShouldBeFalse();
        engine.Log.Errors.ShouldBeEmpty();
        for (var i = 0; i < 10; i++)
        {
            var id = $"i-{i}";
            if (await client.GetInstanceAsync(id) is null) continue;
            await client.TerminateInstanceAsync(id);
            (await engine.EndAsync(id)).RuntimeStatus.IsEnded().ShouldBeTrue();
        }

        await engine.StopAsync();
        Sqlite.Scalar<string>(engine.DatabasePath, "PRAGMA integrity_check").ShouldBe("ok");
        Sqlite.Scalar<long>(
            engine.DatabasePath,
            "SELECT count(*) FROM history WHERE position >> 24 NOT IN (SELECT key FROM instances)").ShouldBe(0);
    }

    [Fact]
    public async Task Stop_InTheMiddleOfEverything_LosesNothingAcknowledged()
    {
        await using var engine = Collector();
        for (var round = 0; round < 10; round++)
        {
            var id = $"i-{round}";
            await engine.ScheduleAsync("CollectUntilEnd", 0, id);
            var client = engine.Client;
            var accepted = new ConcurrentBag<int>();
            var raising = Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
            {
                try
                {
                    if (await client.RaiseEventAsync(id, "item", i)) accepted.Add(i);
                }
                catch (EngineException)
                {
                    // Stopped: it may be stored or not.
                }
            })).ToList();

            await raising[round * 5];
            await engine.RestartAsync();
            await Task.WhenAll(raising).WaitAsync(EngineHarness.Patience);
            await engine.RaiseAsync(id, "item", -1);

            var delivered = (await engine.ResultAsync<int[]>(id))!;
            delivered.ShouldBeUnique();
            accepted.Except(delivered).ShouldBeEmpty();
        }
    }

    private static Task InParallelAsync(int count, Func<int, Task> body) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = 64 }, (i, _) => new ValueTask(body(i)));

    private static EngineHarness Collector() => new EngineHarness()
        .Orchestrator<int, int[]>("Collect", async (context, count) =>
        {
            var items = new List<int>();
            while (items.Count < count) items.Add(await context.WaitForExternalEvent<int>("item"));
            return [.. items];
        })
        .Orchestrator<int, int[]>("CollectUntilEnd", async (context, _) =>
        {
            var items = new List<int>();
            while (true)
            {
                var item = await context.WaitForExternalEvent<int>("item");
                if (item < 0) return [.. items];
                items.Add(item);
            }
        })
        .Orchestrator<int, int>("One", (context, _) => context.WaitForExternalEvent<int>("item"))
        .Orchestrator<int, int>("Family", async (context, count) => (await Task.WhenAll(Enumerable.Range(0, count).Select(
            i => context.CallSubOrchestratorAsync<int>("One", 0, $"{context.InstanceId}-{i}")))).Sum());
}
