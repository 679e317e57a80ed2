using Serverless.Agent.Alerting;
using Serverless.Agent.Leasing;
using Serverless.Agent.Notices;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>An agent in this process, with workers that are real programs.</summary>
internal sealed class AgentHarness : IAsyncDisposable
{
    /// <summary>For an agent's whole life, in which a test may wait for many things.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<AgentOutcome> _run = Task.FromResult(AgentOutcome.Ended);

    private AgentHarness(FakeCoordinator coordinator) => Coordinator = coordinator;

    public FakeCoordinator Coordinator { get; }

    public SignalledLog Log { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Who is told of what befalls the pod.</summary>
    public AlertParts? Alerts { get; set; }

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public string RefusedBecause { get; private set; } = "";

    public string StateFolder => _folder.File("state");

    public AgentOptions Options { get; set; } = null!;

    public static async Task<AgentHarness> StartAsync(string script)
    {
        var harness = new AgentHarness(await FakeCoordinator.StartAsync());
        harness.Options = new AgentOptions
        {
            Coordinator = harness.Coordinator.Address,
            Key = FakeCoordinator.Key,
            WorkerCommand = $"sh {harness.File("worker.sh")}",
            Pod = "pod-1",
            StateFolder = harness.StateFolder,
            Supervision = new SupervisionOptions { Provider = SpotProvider.None },
        };
        System.IO.File.WriteAllText(harness.File("worker.sh"), script.Replace("$DIR", harness._folder.Path, StringComparison.Ordinal));
        return harness;
    }

    public string File(string name) => _folder.File(name);

    /// <summary>Lets a worker go on that waits for this file.</summary>
    public void Open(string gate) => System.IO.File.WriteAllText(File(gate), "");

    /// <summary>Runs the agent.</summary>
    /// <param name="checkpoints">Where checkpoints within jobs are kept.</param>
    public Task<AgentOutcome> RunAsync(IObjectStore? checkpoints = null)
    {
        var run = StartAsync(checkpoints);
        _run = run;
        return run;
    }

    private Task<AgentOutcome> StartAsync(IObjectStore? checkpoints) => AgentLoop.RunAsync(
        Options,
        new AgentParts
        {
            Clock = Clock,
            Loggers = Log,
            NewId = () => Guid.NewGuid().ToString("n"),
            Environment = Environment,
            Version = "1.2.3",
            StopRequested = _stop.Token,
            WasInterrupted = () => false,
            Alerts = Alerts,
        },
        checkpoints,
        refused: reason => RefusedBecause = reason).WaitAsync(Lifetime);

    /// <summary>SIGTERM.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>What is still to be told, on disk.</summary>
    public IReadOnlyList<string> Outbox => Directory.Exists(StateFolder)
        ? [.. Directory.GetFiles(StateFolder, "*", SearchOption.AllDirectories)]
        : [];

    public async ValueTask DisposeAsync()
    {
        // A test that failed must not leave its workers behind.
        await _stop.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Coordinator.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }
}
