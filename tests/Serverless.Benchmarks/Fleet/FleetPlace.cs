using System.Globalization;

namespace Serverless.Benchmarks.Fleet;

/// <summary>A place of the fleet, where one machine follows the other.</summary>
internal sealed class FleetPlace : IAsyncDisposable
{
    private static readonly string[] Providers = ["aws", "google", "azure", "runpod"];

    private readonly FleetMachineParts _parts;
    private readonly FleetProxy _network;
    private readonly int _number;
    private readonly Dictionary<string, int> _blows = new(StringComparer.Ordinal);
    private FleetMachine? _machine;

    /// <param name="number">From 0; the providers take turns.</param>
    /// <param name="shared">What the whole fleet has in common.</param>
    public FleetPlace(int number, FleetShared shared)
    {
        _number = number;
        var name = string.Create(CultureInfo.InvariantCulture, $"place-{number}");
        _network = new FleetProxy(shared.HostPort);
        var clock = FleetClock.Create(shared.ClockLibrary, Path.Combine(shared.Folder, name + ".clock"));
        _parts = new FleetMachineParts(
            shared.Folder, _network.Address, shared.Worker, Providers[number % Providers.Length], shared.Milliseconds,
            new FleetDisk(Path.Combine(shared.Folder, name)), clock, shared.Waiting);
    }

    /// <summary>What befalls it just now. While that lasts, nothing else does.</summary>
    public Task Busy { get; set; } = Task.CompletedTask;

    public string Provider => _parts.Provider;

    public FleetMachine Machine => _machine ?? throw new InvalidOperationException("No machine was started here.");

    public FleetDisk Disk => _parts.Disk;

    public FleetClock Clock => _parts.Clock;

    public FleetProxy Network => _network;

    /// <summary>How often each machine that was here may have lost a job: its agent was killed, or its network cut for long.</summary>
    public IReadOnlyDictionary<string, int> Blows
    {
        get
        {
            if (_machine is not null) _blows[_machine.Name] = _machine.Kills + _machine.LongCuts;
            return _blows;
        }
    }

    /// <summary>How many machines there were.</summary>
    public int Machines { get; private set; }

    /// <summary>A machine with nothing on its disk takes the place of the one that was there.</summary>
    public async Task ReplaceAsync()
    {
        if (_machine is not null)
        {
            _blows[_machine.Name] = _machine.Kills + _machine.LongCuts;
            await _machine.DisposeAsync();
            _machine = null;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"machine-{_number}-{Machines++}");
        _machine = await FleetMachine.StartAsync(name, _parts);
    }

    /// <summary>What is under way ends first, one way or the other; who waits for it has heard of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Busy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_machine is not null) await _machine.DisposeAsync();
        _network.Dispose();
        Disk.Dispose();
    }
}

/// <summary>What the whole fleet has in common.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="HostPort">Where the host listens.</param>
/// <param name="Worker">The worker's command line.</param>
/// <param name="Milliseconds">How long a flashpoint takes.</param>
/// <param name="ClockLibrary">Makes clocks settable; null: they are not.</param>
/// <param name="Waiting">Waits.</param>
internal sealed record FleetShared(
    string Folder, int HostPort, string Worker, int Milliseconds, string? ClockLibrary, FleetWaiting Waiting);
