using System.Globalization;

namespace Serverless.Benchmarks.Fleet;

/// <summary>What befalls a fleet.</summary>
internal enum FleetEventKind
{
    /// <summary>SIGKILL of an agent, which is started again in its place.</summary>
    KillAgent,

    /// <summary>SIGKILL of a worker under its flashpoint.</summary>
    KillWorker,

    /// <summary>SIGKILL of the host.</summary>
    KillHost,

    /// <summary>The provider says that it takes the machine, and another machine comes.</summary>
    Notice,

    /// <summary>SIGKILL of an agent whose disk is gone with it; another machine comes.</summary>
    LoseMachine,

    /// <summary>Connections to the host break, and no new ones are taken.</summary>
    Drop,

    /// <summary>Connections to the host stand, and nothing gets through.</summary>
    Stall,

    /// <summary>Either, for so long that the host takes the job back.</summary>
    LoseNetwork,

    /// <summary>The disk of the agent takes nothing more.</summary>
    FillDisk,

    /// <summary>The clock on the wall of an agent or of the host is set.</summary>
    SetClock,
}

/// <summary>One of the things that befall a fleet.</summary>
/// <param name="Kind">What.</param>
/// <param name="After">How many flashpoints were begun before.</param>
/// <param name="Choice">Decides whom it befalls, from zero.</param>
internal sealed record FleetEvent(FleetEventKind Kind, int After, int Choice);

/// <summary>What a fleet does and what befalls it: all of it follows from its numbers, the seed among them.</summary>
/// <param name="Agents">How many.</param>
/// <param name="Chunks">How many.</param>
/// <param name="Flashpoints">Of each chunk.</param>
/// <param name="Events">How many things befall them.</param>
/// <param name="Seed">Decides which, when and whom.</param>
/// <param name="Milliseconds">How long a flashpoint takes, on the average.</param>
internal sealed record FleetPlan(int Agents, int Chunks, int Flashpoints, int Events, int Seed, int Milliseconds)
{
    public const string RunId = "fleet";

    /// <summary>The last event comes before the work is nearly over, so that each meets some.</summary>
    private const double LastEvent = 0.9;

    /// <summary>The first nine kinds are all different, so that a small fleet sees them all.</summary>
    private static readonly FleetEventKind[] Round =
    [
        FleetEventKind.KillAgent, FleetEventKind.KillWorker, FleetEventKind.KillHost, FleetEventKind.Notice,
        FleetEventKind.LoseNetwork, FleetEventKind.Drop, FleetEventKind.Stall, FleetEventKind.FillDisk, FleetEventKind.SetClock,
        FleetEventKind.KillAgent, FleetEventKind.Notice, FleetEventKind.Notice, FleetEventKind.Notice,
        FleetEventKind.KillWorker, FleetEventKind.KillAgent, FleetEventKind.KillHost, FleetEventKind.LoseMachine,
        FleetEventKind.Drop, FleetEventKind.Stall, FleetEventKind.FillDisk, FleetEventKind.SetClock,
        FleetEventKind.KillWorker, FleetEventKind.Notice, FleetEventKind.KillAgent, FleetEventKind.KillWorker,
    ];

    public int Total => Chunks * Flashpoints;

    public static string IdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"fp-{index}");

    /// <summary>What the worker is to answer.</summary>
    public static int AnswerOf(int index) => 7 * index + 1;

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<FleetEvent> Schedule()
    {
        var chance = new Random(Seed);
        var kinds = Enumerable.Range(0, Events).Select(i => Round[i % Round.Length]).ToArray();
        chance.Shuffle(kinds);
        var times = kinds.Select(_ => 1 + chance.Next((int)(Total * LastEvent))).Order().ToList();
        return [.. kinds.Select((kind, i) => new FleetEvent(kind, times[i], chance.Next(int.MaxValue)))];
    }
}
