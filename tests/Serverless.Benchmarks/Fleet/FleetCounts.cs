namespace Serverless.Benchmarks.Fleet;

/// <summary>What befell the fleet.</summary>
internal sealed class FleetCounts
{
    public int AgentKills { get; set; }

    public int MachinesLost { get; set; }

    public int WorkerKills { get; set; }

    public int HostKills { get; set; }

    public SortedDictionary<string, int> Notices { get; } = new(StringComparer.Ordinal);

    /// <summary>Machines whose agent was killed at the end of the time that its provider gives.</summary>
    public int OutOfTime { get; set; }

    /// <summary>Results that only the disk had when their agent was killed.</summary>
    public int OnDiskAtKills { get; set; }

    public int Cuts { get; set; }

    /// <summary>Cuts after which the host took the job back.</summary>
    public int LongCuts { get; set; }

    /// <summary>What was finished behind these. Another pod may have been given it by then.</summary>
    public HashSet<string> FinishedBehindCuts { get; } = new(StringComparer.Ordinal);

    public int DisksFilled { get; set; }

    public int ClockJumps { get; set; }

    /// <summary>Each of these may cost the flashpoint in progress.</summary>
    public int Kills => AgentKills + MachinesLost + WorkerKills + OutOfTime;

    public int All =>
        AgentKills + MachinesLost + WorkerKills + HostKills + Notices.Values.Sum() + Cuts + LongCuts + DisksFilled + ClockJumps;
}
