using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Alerts;
using Serverless.Core.Flashpoints;
using Serverless.Core.Results;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Runs on the real engine and a real SQLite file, with scripted jobs, on a clock that moves from timer to
/// timer.</summary>
internal sealed class RunHarness : IAsyncDisposable
{
    public const string RunName = "run-1";

    /// <summary>Only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Longer than any wait of a run; the engine's own wait for idle instances is longer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(20);

    private readonly TemporaryFolder _folder = new();
    private readonly PulseSignal _atRest = new();
    private readonly bool _watches;
    private JobWatch? _watch;
    private DurableEngine? _engine;

    /// <param name="script">What becomes of each submission.</param>
    /// <param name="watches">Whether jobs are watched by the process and not by each chunk's timers.</param>
    public RunHarness(Func<ScriptedJob, JobScript>? script = null, bool watches = false)
    {
        _watches = watches;
        if (script is not null) Backend.Script = script;
    }

    public ManualClock Clock { get; } = new();

    public MemoryObjectStore Objects { get; } = new();

    public ScriptedBackend Backend { get; } = new();

    public Recorder Observer { get; } = new();

    /// <summary>Where jobs report their end.</summary>
    public Func<AttemptInput, Uri?> Webhook { get; init; } = static _ => null;

    /// <summary>Fetches what outputs refer to.</summary>
    public IReferenceReader? References { get; init; }

    /// <summary>Lets workers read objects.</summary>
    public ISharesObjects? Shares { get; init; }

    /// <summary>Who is told of what.</summary>
    public AlertRouting Alerts { get; set; } = AlertRouting.None;

    /// <summary>What activities logged.</summary>
    public RecordedLogs Logs { get; } = new();

    public string DatabasePath => _folder.File("fanout.db");

    public DurableEngine Engine => _engine ??= Start();

    /// <summary>Null unless jobs are watched.</summary>
    public JobWatch? Watch => !_watches ? null : _watch ??= new JobWatch(
        _ => Backend, () => Engine.Client, Clock, NullLoggerFactory.Instance);

    public RunControl Control => new(Engine.Client, Objects);

    public RunStore Store => new(Objects, RunId.Parse(RunName));

    public JsonElement Report => JsonSerializer.Deserialize<JsonElement>(Text("report.json"));

    public JsonElement Chunk(int index) => Report.GetProperty("chunks")[index];

    /// <summary>The results, each as its JSON text.</summary>
    public IReadOnlyList<string> Results =>
        [.. JsonSerializer.Deserialize<JsonElement>(Text("results.json")).EnumerateArray().Select(entry => entry.GetRawText())];

    /// <summary>The reasons of what is null, by flashpoint.</summary>
    public Dictionary<string, string> Failures => Report.GetProperty("failures").EnumerateArray()
        .ToDictionary(entry => entry.GetProperty("id").GetString()!, entry => entry.GetProperty("error").GetString()!);

    public string Text(string name) => Encoding.UTF8.GetString(Objects[$"runs/{RunName}/{name}"]);

    /// <summary>A run of <paramref name="count"/> flashpoints, fp-0 and so on, in chunks of one unless changed.</summary>
    public Task<RunStart> StartAsync(int count, Func<RunInput, RunInput>? change = null, bool force = false) => StartAsync(
        string.Join('\n', Enumerable.Range(0, count).Select(i => $$"""{"id":"fp-{{i}}"}""").DefaultIfEmpty("[]")), change, force);

    public async Task<RunStart> StartAsync(string flashpoints, Func<RunInput, RunInput>? change = null, bool force = false)
    {
        var manifest = await RunStore.MeasureAsync(Read(flashpoints), default);
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
        };
        input = change?.Invoke(input) ?? input;
        return await Control.StartAsync(input, manifest, Read(flashpoints), default, force).WaitAsync(Patience);
    }

    /// <summary>Starts a run and drives it to its end.</summary>
    public async Task<RunSummary> RunAsync(int count, Func<RunInput, RunInput>? change = null)
    {
        await StartAsync(count, change);
        return await EndAsync();
    }

    /// <summary>Drives the run to its end, which must be a good one.</summary>
    public async Task<RunSummary> EndAsync()
    {
        var end = await DriveAsync(Engine.Client.WaitForInstanceCompletionAsync(RunName, getInputsAndOutputs: true));
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        return end.ReadOutputAs(RunJson.Default.RunSummary)!;
    }

    /// <summary>Cancels the run. Telling everybody takes no time; what follows may.</summary>
    /// <param name="reach">How far ahead a timer may be.</param>
    public Task<bool> CancelAsync(TimeSpan reach = default) => DriveAsync(Control.CancelAsync(RunName, default), reach);

    /// <summary>Lets time pass, from timer to timer, until something is done. As long as the engine has anything to do the clock stands
    /// still: whoever is slow on this machine is not slow on that clock.</summary>
    /// <param name="work">What is to be done.</param>
    /// <param name="reach">How far ahead a timer may be; default: as far as runs wait.</param>
    public async Task<T> DriveAsync<T>(Task<T> work, TimeSpan? reach = null)
    {
        var limit = reach ?? LongestWait;
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, TimerAtRestAsync(limit)).WaitAsync(Patience);
            if (!work.IsCompleted && Clock.NextDue is { } due && due - Clock.GetUtcNow() <= limit) Clock.AdvanceTo(due);
        }

        return await work;
    }

    /// <summary>Completes when the engine has nothing to do any more but to wait.</summary>
    public async Task RestAsync()
    {
        while (true)
        {
            var next = _atRest.Next;
            if (_engine is not { Core.IsAtRest: false }) return;
            await next.WaitAsync(Patience);
        }
    }

    /// <summary>Stops the engine where it stands and starts another over the same file.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _ = Engine;
    }

    /// <summary>Another harness over what lies in database and store right now: what a SIGKILL would leave.</summary>
    public RunHarness CopyAsKilled()
    {
        var copy = new RunHarness(Backend.Script) { Alerts = Alerts };
        foreach (var end in (string[])["", "-wal", ".running"])
        {
            if (File.Exists(DatabasePath + end)) File.Copy(DatabasePath + end, copy.DatabasePath + end);
        }

        foreach (var name in Objects.Names) copy.Objects[name] = Objects[name];
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    public async Task StopAsync()
    {
        if (_watch is not null) await _watch.DisposeAsync().AsTask().WaitAsync(Patience);
        _watch = null;
        if (_engine is not null) await _engine.DisposeAsync().AsTask().WaitAsync(Patience);
        _engine = null;
    }

    private DurableEngine Start()
    {
        var environment = new RunEnvironment
        {
            Objects = Objects,
            Backends = _ => Backend,
            Client = () => Engine.Client,
            Time = Clock,
            Observer = Observer,
            Watch = Watch,
            Webhook = Webhook,
            References = References,
            Shares = Shares,
            Alerts = Alerts,
            Loggers = Logs,
        };
        var options = new EngineOptions
        {
            DatabasePath = DatabasePath,
            IdleTimeout = TimeSpan.FromDays(1000),
            OnRootEnded = environment.OnRootEnded,
        };
        return DurableEngine.Start(options, environment.CreateRegistry(), Clock, Logs, new EngineHooks { AtRest = _atRest.Pulse });
    }

    private async Task TimerAtRestAsync(TimeSpan reach)
    {
        await Clock.WhenTimerDueBy(Clock.GetUtcNow() + reach);
        await RestAsync();
    }

    private static IAsyncEnumerable<Flashpoint> Read(string flashpoints) =>
        FlashpointReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(flashpoints)), default);

    /// <summary>What an observer was told.</summary>
    internal sealed class Recorder : IRunObserver
    {
        private readonly Lock _gate = new();
        private readonly List<string> _told = [];

        public IReadOnlyList<string> Told
        {
            get
            {
                lock (_gate) return [.. _told];
            }
        }

        public void OnAttempt(AttemptNotice notice) =>
            Add($"{notice.Chunk}.{notice.Attempt} {notice.Phase} {notice.JobId} {notice.Error}".TrimEnd());

        public void OnFlashpoint(string runId, int worker, int chunk, string flashpointId) => Add(flashpointId);

        public void OnChunkEnded(string runId, ChunkOutcome outcome) => Add($"{outcome.Chunk} {outcome.State}");

        private void Add(string line)
        {
            lock (_gate) _told.Add(line);
        }
    }
}

/// <summary>Something a job waits to be seen.</summary>
internal sealed class Seen
{
    private readonly TaskCompletionSource<bool> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Task => _seen.Task;

    public void Set() => _seen.TrySetResult(true);
}
