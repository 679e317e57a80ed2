using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Functions.Tests.Durable;
using Serverless.Host.Webhooks;
using Serverless.TestKit;
using Serverless.TestKit.Wire;

namespace Serverless.Functions.Tests.Wire;

/// <summary>The Azure head as it is composed, on a real port of this machine, over Durable Task's own engine. Its jobs are
/// scripted, and its results lie in memory, unless a test says otherwise.</summary>
internal sealed class AzureHarness : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly WebApplication _app;
    private InProcessEngine? _engine;

    private AzureHarness(
        FanOutSettings settings, string? key, Action<IServiceCollection>? change, IReadOnlyDictionary<string, string> configuration)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        foreach (var (name, value) in configuration) builder.Configuration[name] = value;
        builder.Services.AddSingleton<ILoggerFactory>(Log);
        builder.Services.AddAzureHead(settings);
        builder.Services.AddSingleton<IJobBackends>(new OneBackend(Backend, TimeSpan.FromMilliseconds(20)));
        builder.Services.AddSingleton<IObjectStore>(new MemoryObjectStore());
        change?.Invoke(builder.Services);
        _app = builder.Build();
        _app.MapTriggers(() => _engine!.Native, key);
    }

    public RecordedLogs Log { get; } = new();

    public ScriptedBackend Backend { get; } = new();

    public IServiceProvider Services => _app.Services;

    public HttpClient Http { get; private set; } = null!;

    public DurableTaskClient Native => _engine!.Native;

    public WireTarget Target => new()
    {
        Http = Http,
        Backend = Backend,
        Token = (run, chunk, attempt) =>
            Services.GetRequiredService<WebhookTokens>().Create(new WebhookTarget(run, chunk, attempt)),
    };

    public static async Task<AzureHarness> StartAsync(
        FanOutSettings? settings = null, string? key = null, Action<IServiceCollection>? change = null,
        IReadOnlyDictionary<string, string>? configuration = null)
    {
        var harness = new AzureHarness(settings ?? Settings, key, change, configuration ?? new Dictionary<string, string>());
        harness._engine = await InProcessEngine.StartAsync(harness.Services.GetRequiredService<DurableRegistry>());
        await harness._app.StartAsync().WaitAsync(Patience);
        harness.Http = new HttpClient { BaseAddress = new Uri(harness._app.Urls.First()), Timeout = Patience };
        return harness;
    }

    /// <summary>The least that the head starts with.</summary>
    public static FanOutSettings Settings { get; } = new()
    {
        RunPodEndpoint = "http://127.0.0.1:1/v2/none",
        ResultStore = BlobAddress.Default,
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _engine!.DisposeAsync();
    }
}
