using Serverless.Benchmarks.Work;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Engine;

/// <summary>An engine on a database, by default one of its own that is gone with it.</summary>
internal sealed class EngineBed : IAsyncDisposable
{
    private const int WarmFanOut = 200;
    private const int WarmSingles = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly Workload _work;
    private readonly int _concurrency;
    private DurableEngine? _engine;

    /// <summary>Starts an engine, on a database that outlives it if one is given.</summary>
    public EngineBed(Workload work, int concurrency, string? databasePath = null)
    {
        _work = work;
        _concurrency = concurrency;
        DatabasePath = databasePath ?? _folder.File("bench.db");
        Start();
    }

    public DurableEngine Engine => _engine ?? throw new InvalidOperationException("The engine is stopped.");

    public HoldGate Gate { get; private set; } = new();

    public string DatabasePath { get; }

    /// <summary>A started engine that has done each kind of work once.</summary>
    public static async Task<EngineBed> StartWarmAsync(Workload work, int concurrency)
    {
        var bed = new EngineBed(work, concurrency);
        await bed.FanAsync(Programs.FanOut, WarmFanOut);
        for (var k = 0; k < WarmSingles; k++) await bed.SingleAsync(k);
        return bed;
    }

    public void Start()
    {
        Gate = new HoldGate();
        _engine = DurableEngine.Start(
            new EngineOptions { DatabasePath = DatabasePath, MaxConcurrentActivities = _concurrency },
            Programs.CreateRegistry(_work, Gate));
    }

    public async Task StopAsync()
    {
        await Engine.DisposeAsync();
        _engine = null;
    }

    /// <summary>Starts an instance that gives the ordered numbers up to <paramref name="n"/>, and checks.</summary>
    public async Task FanAsync(string program, int n) => CheckNumbers(await RunAsync(program, n), n);

    /// <exception cref="WrongResultException">The output is not the ordered numbers.</exception>
    public static void CheckNumbers(OrchestrationMetadata ended, int n)
    {
        var numbers = ended.ReadOutputAs(WorkJson.Default.Int32Array) ?? [];
        if (numbers.Length != n) throw new WrongResultException($"{n} results were due; {numbers.Length} came.");
        for (var i = 0; i < n; i++)
        {
            if (numbers[i] != i) throw new WrongResultException($"Result {i} is {numbers[i]}.");
        }
    }

    public async Task SingleAsync(int k)
    {
        var ended = await RunAsync(Programs.Single, k);
        if (ended.ReadOutputAs(WorkJson.Default.WorkResult) is not { Ok: true, I: var i } || i != k)
            throw new WrongResultException($"Result {k} is {ended.SerializedOutput}.");
    }

    public async Task<OrchestrationMetadata> WaitAsync(string id)
    {
        var ended = await Engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
        return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? ended
            : throw new WrongResultException($"An instance ended as {ended.RuntimeStatus}: {ended.FailureDetails}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<OrchestrationMetadata> RunAsync(string program, int input) =>
        await WaitAsync(await Engine.Client.ScheduleNewOrchestrationInstanceAsync(program, input));
}
