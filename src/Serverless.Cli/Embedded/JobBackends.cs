using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;
using Serverless.Emulator;
using Serverless.Pods;
using Serverless.RunPod;
using Serverless.Workers;

namespace Serverless.Cli.Embedded;

/// <summary>
/// The places where jobs run, by the address that a run remembers. A run that goes on later thus finds its own jobs,
/// whatever the settings say by then.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="loggers">Where backends log.</param>
/// <param name="clock">The clock.</param>
/// <param name="openQueue">Opens the queue of pods; called at most once.</param>
internal sealed class JobBackends(
    FanOutSettings settings, ILoggerFactory loggers, TimeProvider clock, Func<CancellationToken, Task<PodQueue>> openQueue)
    : IJobBackends, IAsyncDisposable
{
    public const string Local = "local";
    public const string Emulator = "emulator";

    /// <summary>A pace at which one can watch the sample worker.</summary>
    private static readonly TimeSpan SamplePace = TimeSpan.FromSeconds(1);

    /// <summary>On this machine a look costs nothing.</summary>
    private static readonly TimeSpan LocalPoll = TimeSpan.FromSeconds(0.1);

    /// <summary>Pods may come tomorrow: a job waits for one as long as a run may reasonably be thought of.</summary>
    private static readonly TimeSpan TimeInQueue = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _making = new(1);
    private readonly Dictionary<string, IJobBackend> _backends = new(StringComparer.Ordinal);
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly RunPodConnector _runPod = new(
        settings, static (endpoint, apiKey, options) => new HttpRunPodApi(endpoint, apiKey, options), loggers, clock);

    /// <summary>Where a new run goes by the settings.</summary>
    public string Chosen { get; } = settings switch
    {
        { Backend: { } kind } => AddressOf(kind, settings),
        { Workers: 1 } => Local,
        _ => AddressOf(BackendKind.RunPod, settings),
    };

    /// <inheritdoc/>
    public string? AddressOf(BackendKind kind) => AddressOf(kind, settings);

    /// <inheritdoc/>
    public TimeSpan? QueueTime(string address) => IsPods(address) ? TimeInQueue : null;

    /// <summary>One line about where jobs run, or null when it is where the settings plainly say.</summary>
    public string? NoticeOf(string address) => address switch
    {
        Local => $"One worker: running in this process, with {WorkerInWords()}, without RunPod.",
        Emulator when Chosen == Emulator => $"No RUNPOD_ENDPOINT is set: using the local emulator with {WorkerInWords()}.",
        PodsJobBackend.PodsAddress => $"Pods take the jobs from the queue at {settings.ListenUrl.AbsoluteUri.TrimEnd('/')} (fanout queue).",
        HybridPrefix + Emulator => $"{BulkInWords()}, the local emulator the rest.",
        _ when IsPods(address) => $"{BulkInWords()}, {RunPodConnector.Shown(address[HybridPrefix.Length..])} the rest.",
        Emulator => $"The run began on the local emulator and goes on there, with {WorkerInWords()}.",
        _ when address == Chosen => ParseEndpoint(settings.RunPodEndpoint!).Warning,
        _ => $"The run goes on where it began: {RunPodConnector.Shown(address)}",
    };

    /// <summary>How often at most a job is looked at.</summary>
    public TimeSpan PollInterval(string address) =>
        address is Local or Emulator or PodsJobBackend.PodsAddress && settings.PollInterval > LocalPoll ? LocalPoll : settings.PollInterval;

    /// <summary>The backend of an address that was made ready.</summary>
    public IJobBackend Get(string address) => TryGet(address)
        ?? throw new JobBackendException(JobErrorKind.Permanent, $"Nothing here runs jobs for '{address}'.");

    /// <summary>The backend of an address if it was made ready, else null.</summary>
    public IJobBackend? TryGet(string address)
    {
        lock (_gate) return _backends.GetValueOrDefault(address);
    }

    public bool IsRemote(string address) => address is not (Local or Emulator) && !IsPods(address);

    /// <summary>Starts or connects what an address means.</summary>
    /// <param name="address">The address.</param>
    /// <param name="workers">How many jobs the emulator runs at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task MakeReadyAsync(string address, int workers, CancellationToken cancellationToken)
    {
        if (TryGet(address) is not null) return;
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (TryGet(address) is not null) return;
            await MakeAsync(address, workers, cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) await owned.DisposeAsync();
        _making.Dispose();
    }

    private const string HybridPrefix = "hybrid+";

    /// <summary>Makes one, unless it is there: of a hybrid one the parts may be.</summary>
    private async Task<IJobBackend> MakeAsync(string address, int workers, CancellationToken cancellationToken)
    {
        if (TryGet(address) is { } made) return made;
        IJobBackend backend = address switch
        {
            Local => StartLocal(),
            Emulator => await StartEmulatorAsync(workers, cancellationToken),
            PodsJobBackend.PodsAddress => new PodsJobBackend(await openQueue(cancellationToken)),
            _ when address.StartsWith(HybridPrefix, StringComparison.Ordinal) => new HybridJobBackend(
                address,
                (PodsJobBackend)await MakeAsync(PodsJobBackend.PodsAddress, workers, cancellationToken),
                await MakeAsync(address[HybridPrefix.Length..], workers, cancellationToken)),
            _ => Connect(ParseEndpoint(RunPodConnector.Shown(address))),
        };
        lock (_gate) _backends.Add(address, backend);
        return backend;
    }

    private static string AddressOf(BackendKind kind, FanOutSettings settings) => kind switch
    {
        BackendKind.Local => Local,
        BackendKind.Pods => PodsJobBackend.PodsAddress,
        BackendKind.Hybrid => HybridPrefix + AddressOf(BackendKind.RunPod, settings),
        _ when settings.RunPodEndpoint is { } endpoint => RunPodConnector.AddressOf(ParseEndpoint(endpoint)),
        _ => Emulator,
    };

    private static bool IsPods(string address) =>
        address == PodsJobBackend.PodsAddress || address.StartsWith(HybridPrefix, StringComparison.Ordinal);

    private static RunPodEndpoint ParseEndpoint(string text) =>
        Failures.Translate("RUNPOD_ENDPOINT", () => RunPodEndpoint.Parse(text));

    private LocalJobBackend StartLocal()
    {
        var backend = new LocalJobBackend(Handler(), clock);
        _owned.Add(backend);
        return backend;
    }

    private async Task<RunPodJobBackend> StartEmulatorAsync(int workers, CancellationToken cancellationToken)
    {
        var options = new EmulatorOptions { WorkersMax = workers, ReturnAggregateStream = true };
        var emulator = await RunPodEmulator.StartAsync(
            options, Handler(), clock, NullLoggerFactory.Instance, cancellationToken);
        _owned.Add(emulator);

        // Jobs of an emulator that died with its process are gone at once; there is no edge that might be behind.
        return Connect(
            RunPodEndpoint.Parse($"{emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/{options.EndpointId}"),
            new RunPodOptions { VisibilityGrace = TimeSpan.Zero });
    }

    private RunPodJobBackend Connect(RunPodEndpoint endpoint, RunPodOptions? options = null)
    {
        var (backend, api) = _runPod.Connect(endpoint, options);
        _owned.Add(new Both(backend, (IDisposable)api));
        return backend;
    }

    private IWorkerHandler Handler() =>
        WorkerHandlers.Create(settings.WorkerCommand, settings.WorkerUrl, SamplePace, clock, loggers);

    private string BulkInWords() =>
        $"Pods take the bulk from the queue at {settings.ListenUrl.AbsoluteUri.TrimEnd('/')} (fanout queue)";

    private string WorkerInWords() => settings switch
    {
        { WorkerCommand: not null } => "WORKER_COMMAND",
        { WorkerUrl: not null } => "WORKER_URL",
        _ => "the sample worker",
    };

    private sealed class Both(IDisposable first, IDisposable second) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            first.Dispose();
            second.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
