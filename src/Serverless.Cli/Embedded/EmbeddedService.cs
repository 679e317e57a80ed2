using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.Host;
using Serverless.Host.Live;
using Serverless.Host.Webhooks;
using Serverless.Pods;
using Serverless.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>The embedded head as a service: engine, store and job backends behind the host. What was unfinished goes on at
/// the start.</summary>
internal sealed partial class EmbeddedService : IAsyncDisposable
{
    private readonly PodQueue _queue;
    private readonly JobBackends _backends;
    private readonly IObjectStore _files;
    private readonly GuardedObjectStore _objects;
    private readonly RunSignals _signals = new();
    private readonly RunEnvironment _environment;
    private readonly JobWatch _watch;
    private readonly ReferenceReader _references;
    private readonly EmbeddedAlerts _alerts;
    private readonly CancellationTokenSource _ending = new();
    private readonly DurableEngine _engine;
    private readonly WebApplication _app;
    private readonly ILogger _log;
    private Task _watchingRuns = Task.CompletedTask;

    public EmbeddedService(
        FanOutSettings settings, Func<string, IObjectStore>? openStore, ILoggerFactory loggers, TimeProvider clock)
    {
        _log = loggers.CreateLogger<EmbeddedService>();
        _backends = new JobBackends(settings, loggers, clock, _ => Task.FromResult(_queue!));
        _files = openStore?.Invoke(ResultStores.PlaceOf(settings)) ?? ResultStores.Open(settings);
        _objects = new GuardedObjectStore(_files, clock);
        var webhooks = new WebhookTokens(settings.RunPodApiKey);
        _references = ResultStores.References(settings);
        _watch = new JobWatch(_backends.Get, () => _engine!.Client, clock, loggers);
        _alerts = new EmbeddedAlerts(settings, _objects, loggers, clock);
        _environment = new RunEnvironment
        {
            Objects = _objects,
            Backends = _backends.Get,
            Client = () => _engine!.Client,
            Time = clock,
            Loggers = loggers,
            Observer = _signals,
            Watch = _watch,
            References = _references,
            Shares = _files as ISharesObjects,
            Alerts = _alerts.Routing,
            Webhook = attempt => webhooks.UrlOf(settings.PublicUrl, attempt),
        };
        _engine = EmbeddedEngine.Start(Path.Combine(settings.StateFolder, "fanout.db"), _environment, loggers);
        try
        {
            _queue = PodQueues.Open(settings, loggers, clock);
        }
        catch
        {
            _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        Broken = WatchAsync();
        _app = FanOutHost.Create(
            new HostParts
            {
                Client = _engine.Client,
                Objects = _objects,
                Backends = _backends,
                Work = _queue,
                Settings = settings,
                Signals = _signals,
                Webhooks = webhooks,
                Time = clock,
                Broken = Broken,
                Version = VersionText.Current,
            },
            loggers);
    }

    /// <summary>Completes when the disk refuses to work, with the reason.</summary>
    public Task<Exception> Broken { get; }

    /// <summary>Where jobs of new runs go, worth saying once; or null.</summary>
    public string? Notice => _backends.NoticeOf(_backends.Chosen);

    /// <summary>Lets unfinished runs go on, and answers calls.</summary>
    /// <returns>Where it listens.</returns>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await _queue.RecoverAsync();
        await _backends.MakeReadyAsync(PodsJobBackend.PodsAddress, workers: 1, cancellationToken);
        await GoOnAsync(cancellationToken);
        _watchingRuns = Task.WhenAny(_alerts.WatchAsync(_engine, _queue.LookAsync, _ending.Token));
        await _app.StartAsync(cancellationToken);
        return new Uri(_app.Urls.First());
    }

    /// <summary>Stops answering, then the engine; jobs go on, and are found again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _ending.CancelAsync();
        await _watchingRuns;
        _ending.Dispose();
        await _watch.DisposeAsync();
        await _engine.DisposeAsync();
        _alerts.Dispose();
        await _backends.DisposeAsync();
        await _queue.DisposeAsync();
        _references.Dispose();
        (_files as IDisposable)?.Dispose();
    }

    private async Task GoOnAsync(CancellationToken cancellationToken)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var roots = new OrchestrationQuery { RootsOnly = true };
        await foreach (var instance in UnfinishedAsync(roots, cancellationToken))
        {
            taken.Add(instance.InstanceId);
            await GoOnAsync(instance, RunOf(instance), cancellationToken);
        }

        // A run that was terminated has ended before its chunks have cancelled their jobs.
        var chunks = new OrchestrationQuery { Name = Names.Chunk };
        await foreach (var chunk in UnfinishedAsync(chunks, cancellationToken))
        {
            if (chunk.ReadInputAs(RunJson.Default.ChunkInput)?.Run is { } run && taken.Add(run.RunId))
                await GoOnAsync(chunk, run, cancellationToken);
        }
    }

    private async IAsyncEnumerable<OrchestrationMetadata> UnfinishedAsync(
        OrchestrationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = query with
        {
            Statuses = OrchestrationQuery.Live,
            FetchInputsAndOutputs = true,
        };
        do
        {
            var page = await _engine.Client.ListInstancesAsync(query, cancellationToken);
            foreach (var instance in page.Values) yield return instance;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }

    private static RunInput? RunOf(OrchestrationMetadata root) => root.Name switch
    {
        Names.FanOut => root.ReadInputAs(RunJson.Default.RunInput),

        // A job whose cancelling has not been confirmed outlives its run.
        Names.CancelJobs => root.ReadInputAs(RunJson.Default.AttemptInput)?.Chunk.Run,
        _ => null,
    };

    /// <summary>A run whose backend cannot be had any more stays as it is; the others go on.</summary>
    private async Task GoOnAsync(OrchestrationMetadata instance, RunInput? run, CancellationToken cancellationToken)
    {
        try
        {
            if (run is not null) await _backends.MakeReadyAsync(run.Backend, run.Workers, cancellationToken);
            _engine.Activate(instance.InstanceId);
            if (run is not null)
            {
                await _watch.FollowRunAsync(
                    _engine.Client, run.RunId, attempt => _environment.Webhook(attempt) is not null, cancellationToken);
            }

            LogGoesOn(instance.InstanceId);
        }
        catch (JobBackendException e)
        {
            LogStays(instance.InstanceId, e.Message);
        }
    }

    private async Task<Exception> WatchAsync()
    {
        await Task.WhenAny(_engine.Broken, _objects.Broken, _queue.Broken);
        if (_engine.Broken.IsCompleted) return await _engine.Broken;
        return _queue.Broken.IsCompleted ? await _queue.Broken : await _objects.Broken;
    }

    [LoggerMessage(1, LogLevel.Information, "Run {RunId} goes on")]
    private partial void LogGoesOn(string runId);

    [LoggerMessage(2, LogLevel.Error, "Run {RunId} cannot go on: {Reason}")]
    private partial void LogStays(string runId, string reason);
}
