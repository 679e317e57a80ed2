using System.Collections.Concurrent;

namespace Serverless.Engine.Tests.Activities;

public sealed class StopTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Activity_UnderWayWhenTheEngineStops_IsCancelledAndRunsAgain(bool disguised)
    {
        var calls = 0;
        var gate = new Gate();
        await using var engine = new EngineHarness()
            .Activity<int, string>("Slow", async (context, _) =>
            {
                var call = Interlocked.Increment(ref calls);
                try
                {
                    if (call == 1) await gate.PassAsync(context.CancellationToken);
                }
                catch (OperationCanceledException e) when (disguised)
                {
                    // As HttpClient and others do.
                    throw new IOException("The operation was aborted.", e);
                }

                return $"call {call}";
            })
            .Orchestrator<int, string>("Main", (context, _) => context.CallActivityAsync<string>("Slow", 0));
        var id = await engine.ScheduleAsync("Main", 0);
        await gate.ArrivedAsync();

        await engine.RestartAsync();

        (await engine.ResultAsync<string>(id)).ShouldBe("call 2");
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task Activities_FinishedBeforeTheStop_DoNotRunAgain()
    {
        var calls = new ConcurrentQueue<int>();
        var gate = new Gate();
        await using var engine = new EngineHarness()
            .With(options => options with { MaxConcurrentActivities = 4 })
            .Activity<int, int>("Work", async (context, i) =>
            {
                calls.Enqueue(i);
                if (i == 50) await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<int, int>("Main", async (context, n) =>
                (await Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallActivityAsync<int>("Work", i)))).Sum());
        var id = await engine.ScheduleAsync("Main", 100);
        await gate.ArrivedAsync();
        await engine.StopAsync();
        var before = calls.ToArray();
        gate.Open();

        (await engine.ResultAsync<int>(id)).ShouldBe(4950);

        before.ShouldBeUnique();
        calls.Count.ShouldBe(101, "Only the one under way was called again.");
    }

    [Fact]
    public async Task Engine_Stopped_RefusesEveryCallByName()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>(
            "Main", (context, _) => context.WaitForExternalEvent<string>("never"));
        var id = await engine.ScheduleAsync("Main", 0);
        var client = engine.Client;
        var waiting = client.WaitForInstanceCompletionAsync(id);
        var running = engine.Engine;

        await engine.StopAsync();
        await running.DisposeAsync();

        Func<Task>[] calls =
        [
            () => waiting,
            () => client.ScheduleNewOrchestrationInstanceAsync("Main", 0),
            () => client.GetInstanceAsync(id),
            () => client.ListInstancesAsync(new OrchestrationQuery()),
            () => client.WaitForInstanceCompletionAsync(id),
            () => client.RaiseEventAsync(id, "never"),
            () => client.TerminateInstanceAsync(id),
            () => client.SuspendInstanceAsync(id),
            () => client.ResumeInstanceAsync(id),
            () => client.RewindInstanceAsync(id),
            () => client.PurgeInstanceAsync(id),
        ];
        foreach (var call in calls)
        {
            var refused = await Should.ThrowAsync<EngineException>(() => call().WaitAsync(EngineHarness.Patience));
            refused.Kind.ShouldBe(EngineErrorKind.Stopped);
        }
    }

    [Fact]
    public async Task Engine_StoppedWhileAnInstanceStartsOverForEver_Stops()
    {
        var generations = 0;
        var gate = new Gate();
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", (context, i) =>
        {
            if (Interlocked.Increment(ref generations) == 1000) _ = gate.PassAsync();
            context.ContinueAsNew(i + 1);
            return Task.FromResult(0);
        });
        var scheduling = engine.Client.ScheduleNewOrchestrationInstanceAsync("Main", 0);
        await gate.ArrivedAsync();

        await engine.StopAsync();

        var refused = await Should.ThrowAsync<EngineException>(() => scheduling.WaitAsync(EngineHarness.Patience));
        refused.Kind.ShouldBe(EngineErrorKind.Stopped);
    }
}
