using Serverless.Emulator.Http;
using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Faults;

/// <summary>
/// Decides when a fault strikes. Each rule has its own sequence of rolls per operation or per job key, so that the
/// order in which threads ask about different jobs changes nothing.
/// </summary>
internal sealed class FaultDice(FaultPlan? plan, EmulatorStatistics statistics, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly FaultRule[] _rules = [.. plan?.Rules ?? []];
    private readonly Dictionary<(int Rule, ulong Key), int> _draws = [];
    private readonly Dictionary<int, int> _strikes = [];

    /// <summary>Whether any rule is about jobs.</summary>
    public bool AsksAboutJobs { get; } = plan?.Rules.Any(rule => rule.Kind.Target == FaultTarget.Jobs) ?? false;

    /// <summary>The faults that befall a call, in the order of the file.</summary>
    public IEnumerable<FaultRule> Strikes(Operation operation) => _rules.Where(rule =>
        rule.Kind.Target == FaultTarget.Calls
        && rule.Covers(operation)
        && Decide(rule, (ulong)operation, operation.Name()));

    /// <summary>The first fault of a kind that befalls a job, or null.</summary>
    public FaultRule? Strikes(FaultKind kind, Job job) => Array.Find(_rules, rule =>
        rule.Kind.Kind == kind
        && rule.Covers(job.Traits)
        && Decide(rule, job.Traits.Key, job.Id));

    /// <summary>The first fault that befalls a worker that is about to start, or null. All workers share one sequence of
    /// rolls: which of them starts first has no meaning.</summary>
    public FaultRule? Strikes(string workerId) => Array.Find(_rules, rule =>
        rule.Kind.Target == FaultTarget.Workers && Decide(rule, key: 0, workerId));

    private bool Decide(FaultRule rule, ulong key, string subject)
    {
        lock (_gate)
        {
            var strikes = _strikes.GetValueOrDefault(rule.Index);
            if (strikes >= rule.Times) return false;
            var draw = _draws.GetValueOrDefault((rule.Index, key));
            _draws[(rule.Index, key)] = draw + 1;
            if (StableHash.Roll(plan!.Seed, rule.Index, key, draw) >= rule.Rate) return false;
            _strikes[rule.Index] = strikes + 1;
        }

        statistics.FaultStruck(rule.Kind.Name);
        logger.FaultStrikes(rule.Kind.Name, subject);
        return true;
    }
}
