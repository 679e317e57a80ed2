using Serverless.Protocol;
using Serverless.Simulation.Running;

namespace Serverless.Simulation.Queueing;

/// <summary>What must be true of the queue, as somebody knows it who sees every commit.</summary>
internal sealed class QueueModel
{
    private readonly Dictionary<string, ModelJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WorkCommand> _orders = new(StringComparer.Ordinal);
    private long _newestToken;

    /// <summary>Starts of agents that were heard of.</summary>
    public int Sessions => _sessions.Values.Sum(known => known.Count);

    /// <summary>Pods that were heard of.</summary>
    public int Pods => _sessions.Count;

    public IReadOnlyCollection<ModelJob> Jobs => _jobs.Values;

    public void Submitted(string id, IReadOnlyList<string> flashpoints) => _jobs.TryAdd(id, new ModelJob(id, flashpoints));

    /// <summary>A call of a pod was heard. The last session to be heard of for the first time speaks for the pod.</summary>
    public void Heard(PodIdentity identity)
    {
        var known = _sessions.TryGetValue(identity.Pod, out var list) ? list : _sessions[identity.Pod] = [];
        if (!known.Contains(identity.Session)) known.Add(identity.Session);
        Check(known[^1] == identity.Session, $"The replaced session {identity.Session} of {identity.Pod} was listened to.");
    }

    /// <summary>Whether a later start of the agent has been heard of.</summary>
    public bool IsReplaced(PodIdentity identity) =>
        _sessions.TryGetValue(identity.Pod, out var known) && known.Contains(identity.Session) && known[^1] != identity.Session;

    /// <summary>Somebody ordered something of a pod.</summary>
    public void Ordered(string pod, WorkCommand order, bool isKnown)
    {
        Check(isKnown == _sessions.ContainsKey(pod), $"{pod} is {(isKnown ? "" : "not ")}known, and should be otherwise.");
        if (isKnown) _orders[pod] = order;
    }

    /// <summary>A pod is told what is wanted of it.</summary>
    public void Told(PodIdentity pod, WorkCommand command, bool isToBeTaken)
    {
        var order = _orders.GetValueOrDefault(pod.Pod);
        var expected = order == WorkCommand.Continue && isToBeTaken ? WorkCommand.Drain : order;
        Check(command == expected, $"{pod.Pod} is told to {command}, and {expected} is wanted.");
    }

    public void Lent(PodIdentity pod, WorkLease lease, IReadOnlyList<string> given)
    {
        var job = _jobs[lease.Lease.Job];
        var isAgain = lease.Lease.Token == job.Token && job.Holder == pod.Pod;
        Check(job.EndState is null, $"{job.Id} was lent after it had ended.");
        Check(
            isAgain || _orders.GetValueOrDefault(pod.Pod) == WorkCommand.Continue,
            $"{job.Id} was lent to {pod.Pod}, which is ordered to {_orders.GetValueOrDefault(pod.Pod)}.");
        Check(
            isAgain || lease.Lease.Token > _newestToken,
            $"{job.Id} was lent under {lease.Lease.Token}, {_newestToken} was given before.");
        Check(
            given.SequenceEqual(job.Missing),
            $"{job.Id} was lent with {string.Join(',', given)}, missing is {string.Join(',', job.Missing)}.");
        _newestToken = Math.Max(_newestToken, lease.Lease.Token);
        (job.Token, job.Holder) = (lease.Lease.Token, pod.Pod);
    }

    /// <summary>Whether a call about a job has to be taken, and must be: the token is the newest and the job its pod's.</summary>
    public bool Holds(PodIdentity pod, LeaseId lease) =>
        _jobs.TryGetValue(lease.Job, out var job) && job.Token == lease.Token && job.Holder == pod.Pod && job.EndState is null
        && !job.EndedTokens.ContainsKey(lease.Token);

    public void Stored(PodIdentity pod, LeaseId lease, IReadOnlyList<(string Id, string Value)> entries, int stored)
    {
        Check(Holds(pod, lease), $"Results of {lease.Job} were taken under the old token {lease.Token}.");
        var fresh = entries.Count(entry => _jobs[lease.Job].Results.TryAdd(entry.Id, entry.Value));
        Check(fresh == stored, $"{stored} results of {lease.Job} were new, and {fresh} should have been.");
    }

    public void Ended(PodIdentity pod, LeaseId lease, string call, WorkState state, IReadOnlyList<(string Id, string Value)> output)
    {
        var job = _jobs[lease.Job];
        if (job.EndedTokens.TryGetValue(lease.Token, out var before))
        {
            Check(before == (call, state), $"{call} of {lease.Job} was answered with {state}; before it was {before}.");
            return;
        }

        Check(Holds(pod, lease), $"{call} of {lease.Job} was taken under the old token {lease.Token}.");
        foreach (var (id, value) in output) job.Results.TryAdd(id, value);
        job.EndedTokens.Add(lease.Token, (call, state));
        if (state is WorkState.Completed or WorkState.Failed) job.EndState = state;
    }

    public void Refused(PodIdentity pod, LeaseId lease, string call)
    {
        var isRepeat = _jobs[lease.Job].EndedTokens.TryGetValue(lease.Token, out var before) && before.Call == call;
        Check(!Holds(pod, lease) && !isRepeat, $"{call} of {lease.Job} under {lease.Token} was refused to its holder {pod.Pod}.");
    }

    public static void Check(bool holds, string message) => SimulationFailure.Unless(holds, message);
}

/// <summary>A job as it must be.</summary>
internal sealed class ModelJob(string id, IReadOnlyList<string> flashpoints)
{
    public string Id => id;

    public IReadOnlyList<string> Flashpoints => flashpoints;

    public long Token { get; set; }

    public string? Holder { get; set; }

    public WorkState? EndState { get; set; }

    /// <summary>Whether its end has been looked at in the file.</summary>
    public bool IsChecked { get; set; }

    public Dictionary<string, string> Results { get; } = new(StringComparer.Ordinal);

    public Dictionary<long, (string Call, WorkState State)> EndedTokens { get; } = [];

    public IEnumerable<string> Missing => flashpoints.Where(flashpoint => !Results.ContainsKey(flashpoint));
}
