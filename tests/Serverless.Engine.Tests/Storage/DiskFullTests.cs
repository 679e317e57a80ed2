using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Tests.Storage;

public sealed class DiskFullTests
{
    [Fact]
    public async Task Disk_Full_StopsTheEngineAndLosesNothingAcknowledged()
    {
        var calls = new ConcurrentQueue<int>();
        await using var engine = Program(calls);
        await engine.ScheduleAsync("Collect", 0, id: "me");
        await engine.ScheduleAsync("Fan", 0, id: "fan");
        Limit(engine, 100);

        var acknowledged = 0;
        EngineException? full = null;
        while (full is null)
        {
            try
            {
                await engine.RaiseAsync("me", "item", new string('x', 50_000));
                acknowledged++;
            }
            catch (Exception e)
            {
                full = (e.InnerException ?? e).ShouldBeOfType<EngineException>();
            }
        }

        full.Kind.ShouldBe(EngineErrorKind.DiskFull);
        full.Message.ShouldBe(
            $"The disk that holds '{engine.DatabasePath}' is full. Nothing acknowledged is lost: make room and start again.");
        (await engine.Engine.Broken.WaitAsync(EngineHarness.Patience)).Kind.ShouldBe(EngineErrorKind.DiskFull);
        foreach (var call in Calls(engine.Client))
            (await Should.ThrowAsync<EngineException>(() => call().WaitAsync(EngineHarness.Patience))).ShouldBe(full);
        (await engine.StatusAsync("me")).ShouldBe(OrchestrationRuntimeStatus.Running);

        engine.Hooks = new EngineHooks();
        await engine.RestartAsync();
        await engine.RaiseAsync("me", "end", "");
        (await engine.ResultAsync<int>("me")).ShouldBe(acknowledged);
    }

    [Fact]
    public async Task Disk_Full_StartsNoFurtherActivity()
    {
        var calls = new ConcurrentQueue<int>();
        await using var engine = Program(calls).With(options => options with { MaxConcurrentActivities = 2 });
        Limit(engine, 60);
        await engine.ScheduleAsync("Fan", 1000, id: "fan");

        await engine.Engine.Broken.WaitAsync(EngineHarness.Patience);
        var before = calls.Count;
        await engine.StopAsync();

        calls.Count.ShouldBe(before);
        before.ShouldBeLessThan(1000);
        engine.Hooks = new EngineHooks();
        (await engine.ResultAsync<int>("fan")).ShouldBe(1000);
        calls.Count.ShouldBeLessThanOrEqualTo(1000 + 2, "Only what was under way is called again.");
    }

    /// <summary>Lets the database grow to so many pages of 4 KiB.</summary>
    private static void Limit(EngineHarness engine, int pages)
    {
        engine.StopAsync().GetAwaiter().GetResult();
        engine.Hooks = new EngineHooks
        {
            Opened = connection =>
            {
                using var command = new SqliteCommand($"PRAGMA max_page_count = {pages}", connection);
                command.ExecuteNonQuery();
            },
        };
    }

    private static Func<Task>[] Calls(DurableClient client) =>
    [
        () => client.RaiseEventAsync("me", "item", "x"),
        () => client.ScheduleNewOrchestrationInstanceAsync("Collect", 0),
        () => client.TerminateInstanceAsync("fan"),
        () => client.SuspendInstanceAsync("me"),
        () => client.PurgeInstanceAsync("me"),
        () => client.WaitForInstanceCompletionAsync("me"),
    ];

    private static EngineHarness Program(ConcurrentQueue<int> calls) => new EngineHarness()
        .Activity<int, string>("Large", i =>
        {
            calls.Enqueue(i);
            return new string('x', 2_000);
        })
        .Orchestrator<int, int>("Fan", async (context, n) =>
        {
            var all = await Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallActivityAsync<string>("Large", i)));
            if (n == 0) await context.WaitForExternalEvent<string>("never");
            return all.Length;
        })
        .Orchestrator<int, int>("Collect", async (context, _) =>
        {
            var end = context.WaitForExternalEvent<string>("end");
            for (var count = 0; ; count++)
            {
                using var cancel = new CancellationTokenSource();
                var item = context.WaitForExternalEvent<string>("item", cancel.Token);
                if (await Task.WhenAny(item, end) == item) continue;
                cancel.Cancel();
                return count;
            }
        });
}
