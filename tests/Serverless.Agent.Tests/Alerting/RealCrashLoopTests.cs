using System.Text.Json;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Alerting;

/// <summary>A crash loop of real processes, told over real HTTP; only time is driven, since its pauses take five minutes.</summary>
public sealed class RealCrashLoopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task CrashLoop_OfRealProcesses_EleventhRestartIsRefusedAndToldOnceOverTwoAgents()
    {
        await using var harness = await AlertHarness.StartAsync();
        for (var agent = 1; agent <= 2; agent++)
        {
            using var life = harness.Begin();
            await GiveUpAsync(harness, life, agent);
            await life.Alerts.DisposeAsync().AsTask().WaitAsync(AlertHarness.Patience);
        }

        File.ReadAllLines(_folder.File("runs")).Length.ShouldBe(22, "each agent: a first start, and ten restarts");
        var told = JsonElement.Parse(harness.Receiver.Posts.ShouldHaveSingleItem().Body);
        told.GetProperty("event").GetString().ShouldBe("restart_limit");
        told.GetProperty("pod").GetRawText().ShouldBe("""{"pod_id":"pod-1","restarts":10}""");
        told.GetProperty("reason").GetString().ShouldBe("The worker ended with exit code 7");
    }

    private async Task GiveUpAsync(AlertHarness harness, AlertHarness.Life life, int agent)
    {
        var processes = new WorkerProcesses(harness.Clock, () => Guid.NewGuid().ToString("n"));
        var watchdog = new Watchdog(new WatchdogOptions(), processes, sign: null, life.Alerts, harness.Clock, harness.Log);
        var run = watchdog.RunAsync(new Crashing(_folder.File("runs")), life.Stop);
        for (var restart = 1; restart <= 10; restart++)
        {
            await harness.Log.WhenSays($"(restart {restart} of at most 10 within an hour)", agent);
            var pause = TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, restart - 1)));
            await harness.Clock.WhenTimerDueBy(harness.Clock.GetUtcNow() + pause).WaitAsync(AlertHarness.Patience);
            harness.Clock.Advance(pause);
        }

        await harness.Log.WhenSays("Critical: Restart limit reached: the worker died again after 10 restarts within an hour", agent);
        watchdog.Health.State.ShouldBe(WorkerState.GivenUp);
        life.Stop.Give();
        (await run.WaitAsync(AlertHarness.Patience)).ShouldBeNull();
    }

    /// <summary>A program that says that it ran, and dies.</summary>
    private sealed class Crashing(string runs) : IWorkerProgram
    {
        public Task<WorkerStart> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult(
            new WorkerStart(["sh", "-c", $"echo run >> {runs}; exit 7"], new Dictionary<string, string?>()));

        public void Started(IWorkerProcess worker)
        {
        }

        public Task<bool> EndedAsync(WorkerEnd end) => Task.FromResult(end.IsGood);
    }
}
