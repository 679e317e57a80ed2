namespace Serverless.Engine.Tests;

/// <summary>An engine on a real SQLite file, with orchestrators and activities written as lambdas.</summary>
internal sealed class EngineHarness : IAsyncDisposable
{
    /// <summary>Only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();
    private readonly PulseSignal _commits = new();
    private readonly string? _copy;
    private DurableEngine? _engine;

    public EngineHarness()
        : this(new DurableRegistry(TestJson.Default.Options))
    {
    }

    public EngineHarness(DurableRegistry registry)
    {
        Registry = registry;

        // Instances stay in memory unless a test is about leaving it.
        Options = new EngineOptions { DatabasePath = DatabasePath, IdleTimeout = TimeSpan.FromDays(1000) };
    }

    private EngineHarness(string copy, EngineHarness original)
        : this()
    {
        _copy = copy;
        Registry = original.Registry;
        Clock = new ManualClock(original.Clock.GetUtcNow());
        Options = original.Options with { DatabasePath = copy };
    }

    public DurableRegistry Registry { get; private set; }

    public ManualClock Clock { get; set; } = new();

    public MemoryLog Log { get; } = new();

    public string DatabasePath => _copy ?? _folder.File("engine.db");

    public EngineOptions Options { get; private set; }

    public EngineHooks Hooks { get; set; } = new();

    /// <summary>The running engine; started by the first use.</summary>
    public DurableEngine Engine => _engine ??= DurableEngine.Start(
        Options, Registry, Clock, Log, Hooks with { AfterCommit = _commits.Pulse + Hooks.AfterCommit });

    public DurableClient Client => Engine.Client;

    /// <summary>Another engine with the same code on a copy of this one's database, the time being what it is.</summary>
    public EngineHarness OnCopy(string copy) => new(copy, this);

    public EngineHarness With(Func<EngineOptions, EngineOptions> change)
    {
        Options = change(Options);
        return this;
    }

    public EngineHarness Orchestrator<TIn, TOut>(string name, Func<OrchestrationContext, TIn, Task<TOut>> run)
    {
        Registry.Orchestrator(name, run);
        return this;
    }

    public EngineHarness Activity<TIn, TOut>(string name, Func<TIn, TOut> run) =>
        Activity<TIn, TOut>(name, (_, input) => Task.FromResult(run(input)));

    public EngineHarness Activity<TIn, TOut>(string name, Func<ActivityContext, TIn, Task<TOut>> run)
    {
        Registry.Activity(name, run);
        return this;
    }

    public async Task StopAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync().AsTask().WaitAsync(Patience);
        _engine = null;
    }

    /// <summary>Stops and starts again over the same file.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _ = Engine;
    }

    /// <summary>Stops and starts again over the same file with other code, as a deploy does.</summary>
    public async Task DeployAsync(Action<EngineHarness> register)
    {
        await StopAsync();
        Registry = new DurableRegistry(TestJson.Default.Options);
        register(this);
        _ = Engine;
    }

    /// <summary>Stops, changes the database behind the engine's back, and leaves the engine stopped.</summary>
    public async Task TamperAsync(string sql)
    {
        await StopAsync();
        Sqlite.Execute(DatabasePath, sql);
    }

    public Task<string> ScheduleAsync(string name, object? input = null, string? id = null) => Client
        .ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions { InstanceId = id })
        .WaitAsync(Patience);

    /// <summary>Schedules an instance, waits for its end and reads its output.</summary>
    public async Task<T?> RunAsync<T>(string name, object? input = null, string? id = null) =>
        await ResultAsync<T>(await ScheduleAsync(name, input, id));

    /// <summary>Waits for the end, which must be a success, and reads the output.</summary>
    public async Task<T?> ResultAsync<T>(string id)
    {
        var end = await EndAsync(id);
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        return end.Output<T>();
    }

    /// <summary>Waits for the end, which must be a failure.</summary>
    public async Task<FailureDetails> FailureAsync(string id)
    {
        var end = await EndAsync(id);
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed, end.SerializedOutput);
        return end.FailureDetails.ShouldNotBeNull();
    }

    public async Task<OrchestrationMetadata> EndAsync(string id) =>
        await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(Patience);

    public async Task<OrchestrationMetadata> GetAsync(string id) =>
        (await Client.GetInstanceAsync(id, getInputsAndOutputs: true)).ShouldNotBeNull();

    public async Task<OrchestrationRuntimeStatus> StatusAsync(string id) => (await GetAsync(id)).RuntimeStatus;

    public Task RaiseAsync(string id, string name, object? payload = null) =>
        Client.RaiseEventAsync(id, name, payload).WaitAsync(Patience).ContinueWith(
            accepted => accepted.Result.ShouldBeTrue(), TaskScheduler.Default);

    /// <summary>Waits until an instance shows a custom status.</summary>
    public Task WhenShownAsync(string id, string json) => WhenAsync(
        async () => (await Client.GetInstanceAsync(id, getInputsAndOutputs: true))?.SerializedCustomStatus == json);

    /// <summary>Waits until something about the database holds, looking again after each commit.</summary>
    public async Task WhenAsync(Func<Task<bool>> condition)
    {
        _ = Engine;
        while (true)
        {
            var next = _commits.Next;
            if (await condition()) return;
            await next.WaitAsync(Patience);
        }
    }

    /// <summary>Moves time forward once the engine has set a timer that is due by then. For less than a day: the engine
    /// looks for idle instances daily.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        _ = Engine;
        await Clock.WhenTimerDueBy(Clock.GetUtcNow() + by).WaitAsync(Patience);
        Clock.Advance(by);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}

internal static class Metadata
{
    public static T? Output<T>(this OrchestrationMetadata metadata) => metadata.ReadOutputAs(
        (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)TestJson.Default.Options.GetTypeInfo(typeof(T)));
}
