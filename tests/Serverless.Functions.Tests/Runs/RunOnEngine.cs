using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.Functions.Tests.Durable;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Runs;

/// <summary>Core's orchestrators and activities with scripted jobs, on either engine and the machine's clock.</summary>
internal sealed class RunOnEngine : IAsyncDisposable
{
    public const string RunName = "run-1";

    /// <summary>Only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(600);

    private readonly MemoryObjectStore _objects = new();
    private readonly RunScenario _scenario;
    private IAsyncDisposable _engine = null!;

    private RunOnEngine(RunScenario scenario)
    {
        _scenario = scenario;
        Backend.Script = scenario.Script ?? scenario.ScriptOf(Backend);
    }

    public ScriptedBackend Backend { get; } = new();

    public DurableClient Client { get; private set; } = null!;

    public RunControl Control => new(Client, _objects);

    /// <summary>The run's report, as text.</summary>
    public string Report => Encoding.UTF8.GetString(_objects[$"runs/{RunName}/report.json"]);

    /// <summary>The ordered results, as text.</summary>
    public string Results => Encoding.UTF8.GetString(_objects[$"runs/{RunName}/results.json"]);

    /// <summary>On the embedded engine.</summary>
    public static Task<RunOnEngine> EmbeddedAsync(RunScenario scenario)
    {
        var run = new RunOnEngine(scenario);
        var folder = new TemporaryFolder();
        var options = new EngineOptions { DatabasePath = folder.File("fanout.db") };
        var engine = DurableEngine.Start(options, run.CreateRegistry());
        (run._engine, run.Client) = (new InFolder(engine, folder), engine.Client);
        return Task.FromResult(run);
    }

    /// <summary>On Durable Task.</summary>
    public static async Task<RunOnEngine> DurableTaskAsync(RunScenario scenario, RequestRecorder? recorder = null)
    {
        var run = new RunOnEngine(scenario);
        var engine = await InProcessEngine.StartAsync(run.CreateRegistry(), recorder: recorder);
        (run._engine, run.Client) = (engine, engine.Client);
        return run;
    }

    /// <summary>Goes through the scenario to its end, which must be a good one.</summary>
    public async Task<RunSummary> PlayAsync()
    {
        await StartAsync().WaitAsync(Patience);
        await _scenario.Meanwhile(this).WaitAsync(Patience);
        var summary = await EndAsync();
        if (_scenario.Afterwards is null) return summary;
        await _scenario.Afterwards(this).WaitAsync(Patience);
        return await EndAsync();
    }

    /// <summary>Starts the run, or runs all of it again.</summary>
    public async Task<RunStart> StartAsync(bool force = false)
    {
        var lines = string.Join('\n', Enumerable.Range(0, _scenario.Flashpoints).Select(i => $$"""{"id":"fp-{{i}}"}"""));
        var manifest = await RunStore.MeasureAsync(Read(lines), default);
        var input = new RunInput
        {
            RunId = RunName,
            Date = "2025-01-01",
            Trigger = "manual",
            Workers = 1,
            Backend = Backend.Address,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            ChunkSize = 1,
            PollSeconds = 0.05,
        };
        return await Control.StartAsync(_scenario.Change(input), manifest, Read(lines), default, force);
    }

    /// <summary>Waits until the jobs are where somebody wants them.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition()) await again.WaitForNextTickAsync();
    }

    /// <summary>Tells a chunk that a job of its first attempt has ended, as a webhook does.</summary>
    public async Task ReportAsync(int chunk, string jobId) => (await Client.RaiseEventAsync(
        Names.ChunkInstance(RunName, chunk), Names.JobEvent(1), jobId)).ShouldBeTrue();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task<RunSummary> EndAsync()
    {
        var end = await Client.WaitForInstanceCompletionAsync(RunName, getInputsAndOutputs: true).WaitAsync(Patience);
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        return end.ReadOutputAs(RunJson.Default.RunSummary)!;
    }

    private DurableRegistry CreateRegistry() => new RunEnvironment
    {
        Objects = _objects,
        Backends = _ => Backend,
        Client = () => Client,
    }.CreateRegistry();

    private static IAsyncEnumerable<Flashpoint> Read(string lines) =>
        FlashpointReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(lines)), default);

    private sealed class InFolder(DurableEngine engine, TemporaryFolder folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await engine.DisposeAsync();
            folder.Dispose();
        }
    }
}
