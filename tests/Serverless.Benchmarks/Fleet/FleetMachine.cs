using System.Globalization;
using Serverless.Agent.Tests.Notices;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Fleet;

/// <summary>What one machine has of its own while it lasts: a name, a folder, a metadata server, and one agent after the
/// other.</summary>
internal sealed class FleetMachine : IAsyncDisposable
{
    private const string NotKept = "The disk takes no results";

    private readonly FleetMetadata _metadata;
    private readonly FleetMachineParts _parts;
    private DotnetProcess? _agent;
    private volatile bool _isWatching;
    private volatile bool _isOffline;
    private int _notKept;
    private int _failedJobs;

    private FleetMachine(string name, FleetMetadata metadata, FleetMachineParts parts) =>
        (Name, _metadata, _parts) = (name, metadata, parts);

    public string Name { get; }

    /// <summary>How often the agent here was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>How often the network of the agent here was away for so long that the host took its job back.</summary>
    public int LongCuts { get; set; }

    /// <summary>Whether the agent says that the host does not answer.</summary>
    public bool IsOffline => _isOffline;

    /// <summary>How many results the agent could not put on its disk.</summary>
    public int ResultsNotKept => Volatile.Read(ref _notKept);

    /// <summary>How many jobs the agent saw fail.</summary>
    public int FailedJobs => Volatile.Read(ref _failedJobs);

    /// <summary>Where the agent keeps what the host has not got.</summary>
    public string Outbox => Path.Combine(State, "agent", Name, "outbox");

    private string State => Path.Combine(_parts.Disk.Path, Name);

    public static async Task<FleetMachine> StartAsync(string name, FleetMachineParts parts)
    {
        var machine = new FleetMachine(name, await FleetMetadata.StartAsync(parts.Provider), parts);
        await machine.StartAgentAsync();
        return machine;
    }

    /// <summary>Starts the agent and waits until it listens to its provider.</summary>
    public async Task StartAgentAsync()
    {
        (_isWatching, _isOffline) = (false, false);
        _agent = DotnetProcess.Start(new DotnetStart(Path.Combine(AppContext.BaseDirectory, "fanout.dll"), Arguments())
        {
            Folder = _parts.Folder,
            Environment = SetUp,
            Patience = FleetWaiting.Ever,
            OnErrorLine = (_, line) => Hear(line),
        });
        var ended = _agent.ExitAsync();
        await _parts.Waiting.UntilAsync($"the agent of {Name} to begin", () => _isWatching || ended.IsCompleted);
        if (ended.IsCompleted) throw new WrongResultException($"The agent of {Name} ended by itself:\n{_agent.Errors}");
    }

    /// <summary>SIGKILL of the agent.</summary>
    public async Task KillAgentAsync()
    {
        Kills++;
        _agent!.KillHard();
        await _agent.ExitAsync();
        _agent.Dispose();
        _agent = null;
    }

    /// <summary>The provider takes the machine.</summary>
    /// <returns>Whether the agent had to be killed at the end of the time that RunPod gives.</returns>
    public async Task<bool> TakeAsync()
    {
        var agent = _agent!;
        if (_parts.Provider == "runpod") agent.Terminate();
        else _metadata.Announce(_parts.Clock.Seconds);
        var ended = agent.ExitAsync();
        var hasTime = _parts.Provider != "runpod"
            || await _parts.Waiting.HoldsWithinAsync(FleetMetadata.RunPodTime, () => ended.IsCompleted);
        if (!hasTime) agent.KillHard();
        else await EndedAsync(ended);
        await ended;
        return !hasTime;
    }

    /// <summary>SIGTERM: the work is over.</summary>
    public async Task StopAsync()
    {
        _agent!.Terminate();
        await EndedAsync(_agent.ExitAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _agent?.Dispose();
        await _metadata.DisposeAsync();
    }

    private async Task EndedAsync(Task<int> ended)
    {
        await _parts.Waiting.UntilAsync($"the agent of {Name} to end", () => ended.IsCompleted);
        if (await ended is not 0 and var code) throw new WrongResultException($"The agent of {Name} ended with {code}:\n{_agent!.Errors}");
    }

    private void Hear(string line)
    {
        if (line.Contains("Watching for notices of interruption", StringComparison.Ordinal)) _isWatching = true;
        if (line.Contains("The coordinator does not answer", StringComparison.Ordinal)) _isOffline = true;
        if (line.Contains("The coordinator answers again", StringComparison.Ordinal)) _isOffline = false;
        if (line.Contains(NotKept, StringComparison.Ordinal)) Interlocked.Increment(ref _notKept);
        if (line.Contains(" failed: ", StringComparison.Ordinal)) Interlocked.Increment(ref _failedJobs);
    }

    private string[] Arguments()
    {
        string[] arguments =
        [
            "agent", "--coordinator", _parts.Host.AbsoluteUri, "--worker", _parts.Worker, "--pod", Name,
            "--provider", _parts.Provider, "--state", State,
        ];
        return _metadata.Address is { } address ? [.. arguments, "--metadata", address.AbsoluteUri] : arguments;
    }

    private void SetUp(IDictionary<string, string?> environment)
    {
        environment["COORDINATOR_KEY"] = FleetHost.Key;
        environment[FleetWorker.FolderVariable] = _parts.Folder;
        environment[FleetWorker.MachineVariable] = Name;
        environment[FleetWorker.MillisecondsVariable] = _parts.Milliseconds.ToString(CultureInfo.InvariantCulture);
        if (_parts.Provider == "runpod") environment["RUNPOD_POD_ID"] = Name;
        _parts.Clock.AddTo(environment);
    }
}

/// <summary>What the machines at one place have in common.</summary>
/// <param name="Folder">The fleet's folder.</param>
/// <param name="Host">Where the host is, through the network.</param>
/// <param name="Worker">The worker's command line.</param>
/// <param name="Provider">Whose machines they are.</param>
/// <param name="Milliseconds">How long a flashpoint takes.</param>
/// <param name="Disk">Their disk.</param>
/// <param name="Clock">Their clock.</param>
/// <param name="Waiting">Waits.</param>
internal sealed record FleetMachineParts(
    string Folder, Uri Host, string Worker, string Provider, int Milliseconds, FleetDisk Disk, FleetClock Clock, FleetWaiting Waiting);

/// <summary>How the provider speaks to one machine.</summary>
internal sealed class FleetMetadata : IAsyncDisposable
{
    /// <summary>From SIGTERM to SIGKILL.</summary>
    public static readonly TimeSpan RunPodTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AwsTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan AzureTime = TimeSpan.FromSeconds(30);

    private readonly FakeMetadata? _server;

    private FleetMetadata(FakeMetadata? server) => _server = server;

    /// <summary>Null for RunPod, which only signals.</summary>
    public Uri? Address => _server?.Address;

    public static async Task<FleetMetadata> StartAsync(string provider) =>
        new(provider == "runpod" ? null : await FakeMetadata.StartAsync(provider));

    /// <summary>Says that the machine goes.</summary>
    /// <param name="ahead">How many seconds the machine's clock is ahead: the provider sets it, and goes by it.</param>
    public void Announce(long ahead)
    {
        var now = TimeProvider.System.GetUtcNow().AddSeconds(ahead);
        var aws = (now + AwsTime).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var azure = (now + AzureTime).ToString("R", CultureInfo.InvariantCulture);
        _server!.InstanceAction = $$"""{"action":"terminate","time":"{{aws}}"}""";
        _server.Events = $$"""
            {"DocumentIncarnation":2,"Events":[{"EventId":"e-1","EventType":"Preempt","ResourceType":"VirtualMachine",
            "Resources":["trainer-7"],"EventStatus":"Scheduled","NotBefore":"{{azure}}"}]}
            """;
        _server.Preempt();
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
