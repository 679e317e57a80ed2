using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Serverless.Core.Alerts;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.Host.Live;
using Serverless.Host.Webhooks;
using Serverless.Pods;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Harness;

/// <summary>The host on a real port of this machine, over the real engine on a real file, with scripted jobs.</summary>
internal sealed class HostHarness : IAsyncDisposable
{
    /// <summary>Only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private readonly HostHarnessOptions _options;
    private FileObjectStore? _objects;
    private PodQueue? _queue;
    private WebApplication? _app;

    private HostHarness(HostHarnessOptions options)
    {
        _options = options;
        if (options.Script is not null) Backend.Script = options.Script;
    }

    public ScriptedBackend Backend { get; } = new();

    public RecordedLogs Log { get; } = new();

    public string Folder => _folder.Path;

    /// <summary>The queue, where the test wants pods.</summary>
    public PodQueue Queue => _queue!;

    /// <summary>Who is told of what.</summary>
    public AlertRouting Alerts => _options.Alerts;

    private IJobBackend Jobs => _queue is null ? _options.Jobs ?? Backend : new PodsJobBackend(_queue);

    private ILoggerFactory Loggers => _options.Loggers ?? Log;

    public DurableEngine Engine { get; private set; } = null!;

    public IObjectStore Objects => _objects!;

    public HostParts Parts { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public HttpClient Http { get; private set; } = null!;

    public Uri Address => Http.BaseAddress!;

    public static async Task<HostHarness> StartAsync(HostHarnessOptions? options = null)
    {
        var harness = new HostHarness(options ?? new HostHarnessOptions());
        await harness.StartAgainAsync();
        return harness;
    }

    /// <summary>Starts over the same files. On another port, unless the test keeps one: whoever asked for any may have got the
    /// old one meanwhile.</summary>
    public async Task StartAgainAsync()
    {
        var listen = new Uri($"http://127.0.0.1:{_options.Port}");
        var settings = _options.Settings with
        {
            ListenUrl = listen,
            StateFolder = _folder.Path,
            MaxRequestsPerSecond = _options.RequestsPerSecond,
        };
        _objects = new FileObjectStore(_folder.File("results"));
        if (_options.Pods) _queue = PodQueue.Open(new QueueOptions { Path = _folder.File("queue.db") }, _options.Clock, Loggers);
        var signals = new RunSignals();

        // What was unfinished goes on while the engine still starts: its activities wait for this engine, not for the last one.
        var client = new TaskCompletionSource<DurableClient>(TaskCreationOptions.RunContinuationsAsynchronously);
        var webhooks = new WebhookTokens(settings.RunPodApiKey);
        var environment = new RunEnvironment
        {
            Objects = _objects,
            Backends = _ => Jobs,
            Client = () => client.Task.WaitAsync(Patience).GetAwaiter().GetResult(),
            Time = _options.Clock,
            Loggers = Loggers,
            Observer = signals,
            Alerts = Alerts,
            Webhook = attempt => webhooks.UrlOf(settings.PublicUrl, attempt),
        };
        var registry = environment.CreateRegistry();
        _options.Register?.Invoke(registry);
        Engine = DurableEngine.Start(
            new EngineOptions
            {
                DatabasePath = _folder.File("fanout.db"),
                IdleTimeout = _options.IdleTimeout,
                OnRootEnded = environment.OnRootEnded,
            },
            registry, _options.Clock, Loggers);
        client.SetResult(Engine.Client);
        Parts = new HostParts
        {
            Client = Engine.Client,
            Objects = _objects,
            Backends = new OneBackend(Jobs, _options.PollInterval),
            Work = _queue,
            Settings = settings,
            Signals = signals,
            Webhooks = webhooks,
            Time = _options.Clock,
            Version = "1.2.3",
        };
        _app = FanOutHost.Create(Parts, Loggers, _options.Configure);
        await _app.StartAsync().WaitAsync(Patience);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = Patience };
    }

    /// <summary>Stops as a stop signal does.</summary>
    public async Task StopAsync()
    {
        if (_app is null) return;
        await _app.StopAsync().WaitAsync(Patience);
        await _app.DisposeAsync();
        await Engine.DisposeAsync().AsTask().WaitAsync(Patience);
        if (_queue is not null) await _queue.DisposeAsync().AsTask().WaitAsync(Patience);
        _objects!.Dispose();
        _app = null;
    }

    /// <summary>Waits until a run has ended.</summary>
    public Task<OrchestrationMetadata> EndOfAsync(string runId) =>
        Engine.Client.WaitForInstanceCompletionAsync(runId, getInputsAndOutputs: true).WaitAsync(Patience);

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        _folder.Dispose();
    }
}

/// <summary>What a test wants otherwise.</summary>
internal sealed record HostHarnessOptions
{
    public FanOutSettings Settings { get; init; } = new();

    /// <summary>As many as may be set: a test that waits for something asks without a pause.</summary>
    public int RequestsPerSecond { get; init; } = 100_000;

    public Func<ScriptedJob, JobScript>? Script { get; init; }

    /// <summary>Whether jobs go to a queue that pods take them from.</summary>
    public bool Pods { get; init; }

    /// <summary>Who is told of what.</summary>
    public AlertRouting Alerts { get; init; } = AlertRouting.None;

    /// <summary>Registers orchestrators and activities beside those of runs.</summary>
    public Action<DurableRegistry>? Register { get; init; }

    /// <summary>Instead of scripted jobs, which are all remembered.</summary>
    public IJobBackend? Jobs { get; init; }

    /// <summary>Instead of a log that remembers every line.</summary>
    public ILoggerFactory? Loggers { get; init; }

    /// <summary>After how long without an event an instance leaves memory.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the host listens, each time that it starts; 0: wherever there is room.</summary>
    public int Port { get; init; }

    /// <summary>Changes to the web server.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }

    /// <summary>Short, so that runs on the system's clock end at once.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(5);
}
