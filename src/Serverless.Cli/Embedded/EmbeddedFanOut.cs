using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Serverless.Cli.Head;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.Storage;
using RunStart = Serverless.Cli.Head.RunStart;

namespace Serverless.Cli.Embedded;

/// <summary>The embedded head over one state folder. Nothing is created before a run really starts.</summary>
internal sealed class EmbeddedFanOut : IFanOut
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(200);

    private readonly FanOutSettings _settings;
    private readonly StateAccess _access;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;
    private readonly IObjectStore _files;
    private readonly GuardedObjectStore _objects;
    private readonly LiveRuns _live;
    private readonly RunViews _views;
    private readonly PodListener _pods;
    private readonly JobBackends _backends;
    private readonly JobWatch _watch;
    private readonly ReferenceReader _references;
    private readonly EmbeddedAlerts _alerts;
    private DurableEngine? _engine;
    private string? _backendInUse;

    public EmbeddedFanOut(
        FanOutSettings settings,
        StateAccess access,
        Func<string, IObjectStore>? openStore,
        ILoggerFactory loggers,
        TimeProvider clock)
    {
        _settings = settings;
        _access = access;
        _loggers = loggers;
        _clock = clock;
        var results = ResultStores.PlaceOf(settings);
        _files = openStore?.Invoke(results) ?? ResultStores.Open(settings);
        _objects = new GuardedObjectStore(_files, clock);
        _live = new LiveRuns(clock);
        _views = new RunViews(_objects, results, _live);
        _backends = new JobBackends(settings, loggers, clock, cancellationToken => _pods!.OpenAsync(cancellationToken));
        _pods = new PodListener(settings, _objects, _backends, () => Engine.Client, loggers, clock);
        _references = ResultStores.References(settings);
        _alerts = new EmbeddedAlerts(settings, _objects, loggers, clock);
        _watch = new JobWatch(_backends.Get, () => Engine.Client, clock, loggers);
    }

    public string? Notice => _backends.NoticeOf(_backendInUse ?? _backends.Chosen);

    public string Backend => _backends.Chosen;

    private string DatabasePath => Path.Combine(_settings.StateFolder, "fanout.db");

    private RunControl Control => new(Engine.Client, _objects);

    private DurableEngine Engine => _engine ??= Failures.Translate(DatabasePath, StartEngine);

    public Task<RunStart> StartAsync(RunRequest request, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(request.SourceName, async () =>
        {
            await using var source = await RereadableSource.OpenAsync(request.Flashpoints, cancellationToken);
            var manifest = await RunStore.MeasureAsync(source.ReadAsync(cancellationToken), cancellationToken);
            var input = Input(request, manifest);

            // Before it is scheduled, since its first job may be submitted at once.
            await _backends.MakeReadyAsync(input.Backend, input.Workers, cancellationToken);
            var start = await UnlessBrokenAsync(
                Control.StartAsync(input, manifest, source.ReadAsync(cancellationToken), cancellationToken, request.Force));
            if (start.Status.IsEnded()) return new RunStart(input.RunId, RunStartKind.Ended);
            await GoOnAsync(start.Input, cancellationToken);
            return new RunStart(input.RunId, start.IsNew ? RunStartKind.Started : RunStartKind.Continued);
        });

    public Task ResumeAsync(string run, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, async () =>
        {
            var known = await FindAsync(run, cancellationToken);

            // The backend comes first: what is rewound goes on at once.
            await MakeReadyAsync(known.Input, cancellationToken);
            if (known.Status == OrchestrationRuntimeStatus.Failed)
                await Engine.Client.RewindInstanceAsync(run, "resumed", cancellationToken);
            await GoOnAsync(known.Input, cancellationToken);
        });

    public Task<int> RetryAsync(string run, decimal? maxCost, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, async () =>
        {
            var missing = Show(run).MissingCount;
            if (missing == 0) return 0;
            var known = await FindAsync(run, cancellationToken);
            await _backends.MakeReadyAsync(
                NewRun.AddressOf(known.Input.BackendKind, _backends), WorkersOf(known.Input), cancellationToken);
            var input = await Control.RetryAsync(
                run, known => WithSettings(known) with { MaxCost = maxCost ?? known.MaxCost }, cancellationToken);
            await GoOnAsync(input, cancellationToken);
            return missing;
        });

    public Task CancelAsync(string run, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, async () =>
        {
            await GoOnAsync((await FindAsync(run, cancellationToken)).Input, cancellationToken);
            await UnlessBrokenAsync((Task)Control.CancelAsync(run, cancellationToken));
        });

    public async IAsyncEnumerable<RunView> WatchAsync(
        string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ended = Engine.Client.WaitForInstanceCompletionAsync(run, getInputsAndOutputs: false, cancellationToken);
        ChunkView[]? planned = null;
        while (!ended.IsCompleted)
        {
            if (planned is null || !_views.Cover(run, planned))
                planned = await _views.ReadChunksAsync(run, cancellationToken);
            yield return Overlaid(Show(run), planned);
            await Task.WhenAny(
                ended, Engine.Broken, _objects.Broken, Task.Delay(WatchInterval, _clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            await Failures.TranslateAsync(run, () => UnlessBrokenAsync(Task.CompletedTask));
        }

        await Failures.TranslateAsync(run, async () => await ended);
        await Failures.TranslateAsync(run, () => _alerts.TellAsync(Engine, run, cancellationToken));
        yield return await ShowAsync(run, cancellationToken);
    }

    public Task<IReadOnlyList<RunView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RunView>>(Failures.Translate(DatabasePath, () =>
        {
            if (!File.Exists(DatabasePath)) return [];
            using var reader = DurableReader.Open(DatabasePath);
            return RunViews.Roots(reader).Select(_views.Summarize).OfType<RunView>().Reverse().ToList();
        }));

    public Task<RunView> ShowAsync(string run, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, async () =>
        {
            var view = Show(run);
            return Overlaid(view, await _views.ReadChunksAsync(run, cancellationToken));
        });

    public Task ExportAsync(
        string run, Delivery.ResultFormat format, Stream output, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, () => StoreOf(run).ExportAsync(output, StoredFormats.Of(format), cancellationToken));

    public Task WriteReportAsync(string run, Stream output, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, async () =>
        {
            var report = await StoreOf(run).ReadReportAsync(cancellationToken)
                ?? throw new RunStoreException($"The run '{run}' has no report.");
            await output.WriteAsync(report, cancellationToken);
        });

    public Task PurgeAsync(string run, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(run, () => Control.PurgeAsync(run, cancellationToken));

    public Task<IReadOnlyList<OpenJob>> ListJobsAsync(string? run, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(DatabasePath, () =>
        {
            if (run is not null) Show(run);
            return EmbeddedJobs.ListAsync(DatabasePath, run, cancellationToken);
        });

    public Task<IReadOnlyList<OpenJob>> CancelJobsAsync(string? run, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(DatabasePath, () => new EmbeddedJobs(_backends, _clock).CancelAsync(Engine, run, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _pods.StopListeningAsync();
        if (_engine is not null) await _engine.DisposeAsync();
        _alerts.Dispose();
        await _backends.DisposeAsync();
        await _pods.DisposeAsync();
        _references.Dispose();
        (_files as IDisposable)?.Dispose();
    }

    private RunView Show(string run)
    {
        if (!RunId.TryParse(run, out _, out var error)) throw CommandFailedException.Usage(error);
        OrchestrationMetadata? instance = null;
        if (File.Exists(DatabasePath))
        {
            using var reader = DurableReader.Open(DatabasePath);
            instance = reader.Find(run, withPayloads: true);
        }

        return (instance is null ? null : _views.Summarize(instance)) ?? throw CommandFailedException.Usage(
            $"there is no run \"{run}\" in {_settings.StateFolder}", "To see which there are: fanout runs");
    }

    private async Task<Core.Runs.RunStart> FindAsync(string run, CancellationToken cancellationToken)
    {
        Show(run);
        return (await Control.FindAsync(run, cancellationToken))!;
    }

    /// <summary>Makes the run's backend ready, then lets its instances go on. From then on jobs are submitted: whoever wants to stop is to
    /// hear what becomes of the run, and may cancel it, so nothing here is broken off any more.</summary>
    private async Task GoOnAsync(RunInput input, CancellationToken cancellationToken)
    {
        await MakeReadyAsync(input, cancellationToken);
        Engine.Activate(input.RunId);
        await EmbeddedJobs.GoOnAsync(Engine, input.RunId, CancellationToken.None);
        await _alerts.GoOnAsync(Engine, CancellationToken.None);
        await _watch.FollowRunAsync(Engine.Client, input.RunId, static _ => false, CancellationToken.None);
    }

    private async Task MakeReadyAsync(RunInput input, CancellationToken cancellationToken)
    {
        await _backends.MakeReadyAsync(input.Backend, input.Workers, cancellationToken);
        _backendInUse = input.Backend;
    }

    private RunView Overlaid(RunView view, ChunkView[]? planned)
    {
        if (planned is null) return view;
        var chunks = _views.Overlay(view.Run, planned);
        return view with
        {
            Chunks = chunks,
            ChunkCount = chunks.Length,
            DoneCount = view.HasEnded ? view.DoneCount : chunks.Sum(chunk => chunk.DoneCount),
        };
    }

    private async Task<T> UnlessBrokenAsync<T>(Task<T> work)
    {
        await UnlessBrokenAsync((Task)work);
        return await work;
    }

    private async Task UnlessBrokenAsync(Task work)
    {
        await Task.WhenAny(work, Engine.Broken, _objects.Broken);
        if (Engine.Broken.IsCompleted) throw await Engine.Broken;
        if (_objects.Broken.IsCompleted)
        {
            var reason = await _objects.Broken;
            throw new EngineException(EngineErrorKind.DiskFull, $"The result store cannot be written: {reason.Message}", reason);
        }

        await work;
    }

    private DurableEngine StartEngine() => _access == StateAccess.Run
        ? EmbeddedEngine.Start(DatabasePath, Environment(), _loggers)
        : throw new InvalidOperationException("The state was opened to be read.");

    private RunEnvironment Environment() => new()
    {
        Objects = _objects,
        Backends = _backends.Get,
        Client = () => Engine.Client,
        Time = _clock,
        Loggers = _loggers,
        Observer = _live,
        Watch = _watch,
        References = _references,
        Shares = _files as ISharesObjects,
        Alerts = _alerts.Routing,
    };

    private RunInput Input(RunRequest request, ManifestInfo manifest) => new NewRun
    {
        Date = request.Date,
        Trigger = "manual",
        Backend = _settings.Backend,
        RunId = request.RunId is null ? null : RunId.Parse(request.RunId),
        ChunkSize = request.ChunkSize,
        ByWeight = request.By == ChunkBy.Weight,
        Cleanup = request.Cleanup,
        MaxCost = request.Limits.MaxCost,
        MaxFailedPercent = request.Limits.MaxFailedPercent,
        Hedge = request.Limits.Hedge,
        TailOnDemand = request.Limits.TailOnDemand,
        Force = request.Force,
        TraceParent = Activity.Current?.Id,
    }.ToInput(manifest, _settings, _backends);

    /// <summary>What the settings of today say, for a retry.</summary>
    private RunInput WithSettings(RunInput input) => NewRun.WithSettings(input, _settings, _backends);

    private int WorkersOf(RunInput input) => _settings.Workers ?? input.Workers;

    private RunStore StoreOf(string run) => new(_objects, RunId.Parse(run));
}
