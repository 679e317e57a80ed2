using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Engine.Tests;

/// <summary>An engine on a real SQLite file, with orchestrators and activities written as lambdas.</summary>
internal sealed class EngineHarness : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private DurableEngine? _engine;

    public EngineHarness() => Registry = new DurableRegistry(TestJson.Default.Options);

    public DurableRegistry Registry { get; private set; }

    public ManualClock Clock { get; } = new();

    public string DatabasePath => _folder.File("engine.db");

    public DurableEngine Engine => _engine ??= DurableEngine.Start(Options, Registry, Clock);

    public DurableClient Client => Engine.Client;

    public EngineOptions Options { get; set; } = new() { DatabasePath = "" };

    public EngineHarness Orchestrator<TIn, TOut>(string name, Func<OrchestrationContext, TIn, Task<TOut>> run)
    {
        Registry.AddOrchestrator(name, () => new LambdaOrchestrator<TIn, TOut>(run));
        return this;
    }

    public EngineHarness Activity<TIn, TOut>(string name, Func<TIn, Task<TOut>> run)
    {
        Registry.AddActivity(name, () => new LambdaActivity<TIn, TOut>((_, input) => run(input)));
        return this;
    }

    public EngineHarness Activity<TIn, TOut>(string name, Func<ActivityContext, TIn, Task<TOut>> run)
    {
        Registry.AddActivity(name, () => new LambdaActivity<TIn, TOut>(run));
        return this;
    }

    /// <summary>Starts the engine, or starts it again over the same file, as after a crash or a deploy.</summary>
    public async Task RestartAsync(Action<EngineHarness>? change = null)
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _engine = null;
        if (change is not null)
        {
            Registry = new DurableRegistry(TestJson.Default.Options);
            change(this);
        }

        _ = Engine;
    }

    public async Task StopAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _engine = null;
    }

    /// <summary>Schedules an instance, waits for its end and reads its output.</summary>
    public async Task<T?> RunAsync<T>(string name, object? input = null, string? id = null)
    {
        var end = await EndAsync(await Client.ScheduleNewOrchestrationInstanceAsync(
            name, input, new StartOrchestrationOptions { InstanceId = id }));
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        return Output<T>(end);
    }

    public Task<OrchestrationMetadata> EndAsync(string id) =>
        Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(TimeSpan.FromSeconds(20));

    public static T? Output<T>(OrchestrationMetadata metadata) =>
        metadata.SerializedOutput is { } json
            ? (T?)JsonSerializer.Deserialize(json, TestJson.Default.Options.GetTypeInfo(typeof(T)))
            : default;

    /// <summary>Moves time to the next timer once the engine has set one that is due by then.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await Clock.WhenTimerDueBy(Clock.GetUtcNow() + by);
        Clock.Advance(by);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    /// <summary>Gives the options the path of this harness's file.</summary>
    public EngineHarness With(Func<EngineOptions, EngineOptions>? change = null)
    {
        Options = (change ?? (options => options))(new EngineOptions { DatabasePath = DatabasePath });
        return this;
    }
}

internal sealed class LambdaOrchestrator<TIn, TOut>(Func<OrchestrationContext, TIn, Task<TOut>> run)
    : Orchestrator<TIn, TOut>
{
    public override Task<TOut> RunAsync(OrchestrationContext context, TIn input) => run(context, input);
}

internal sealed class LambdaActivity<TIn, TOut>(Func<ActivityContext, TIn, Task<TOut>> run) : Activity<TIn, TOut>
{
    public override Task<TOut> RunAsync(ActivityContext context, TIn input) => run(context, input);
}

[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(List<int>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(Guid[]))]
[JsonSerializable(typeof(DateTime))]
[JsonSerializable(typeof(DateTime[]))]
[JsonSerializable(typeof(object))]
internal sealed partial class TestJson : JsonSerializerContext;
