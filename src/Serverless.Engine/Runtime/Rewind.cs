using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Replay;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine.Runtime;

/// <summary>
/// Rewrites the history of a failed instance so that what failed is open again and what succeeded stays. A failure that
/// the orchestrator had dealt with (a retry, a catch) must stay in the history, for later decisions rest on it: so each
/// failure is taken out only if the code still replays without it.
/// </summary>
internal sealed class Rewind(EngineCore engine)
{
    /// <summary>The write that rewinds an instance and its failed children; null when it has not failed.</summary>
    /// <exception cref="InvalidOperationException">The orchestrator of one of them is not registered.</exception>
    public RewindWrite? Plan(string instanceId)
    {
        if (engine.Reader.Find(instanceId) is not { Status: OrchestrationRuntimeStatus.Failed } row) return null;
        var instances = new List<RewoundInstance>();
        Plan(row, instances);
        return new RewindWrite(instances, engine.Now);
    }

    private void Plan(InstanceRow row, List<RewoundInstance> instances)
    {
        if (!engine.Registry.Orchestrators.ContainsKey(row.Name))
        {
            throw new InvalidOperationException(
                $"Instance '{row.Id}' needs the orchestrator '{row.Name}', which is not registered.");
        }

        var history = engine.Reader.History(row).ConvertAll(segment => segment with { Completion = null });
        var children = engine.Reader.Children(row.Keys.Key).ToDictionary(child => child.Keys.Parent!.TaskId);
        bool MayReopen(TaskFailed failure) =>
            !children.TryGetValue(failure.TaskId, out var child) || child.Status == OrchestrationRuntimeStatus.Failed;

        var failures = history.SelectMany(segment => segment.Inbound).OfType<TaskFailed>().Where(MayReopen)
            .Reverse().Take(EngineLimits.MaxRewoundFailures).ToList();
        var reopened = Reopenable(row, history, failures);
        instances.Add(new RewoundInstance(row, Without(history, reopened)));
        foreach (var failure in reopened)
        {
            if (children.TryGetValue(failure.TaskId, out var child)) Plan(child, instances);
        }
    }

    private HashSet<TaskFailed> Reopenable(InstanceRow row, List<Segment> history, List<TaskFailed> failures)
    {
        var all = new HashSet<TaskFailed>(failures, ReferenceEqualityComparer.Instance);
        if (Replays(row, Without(history, all))) return all;
        var some = new HashSet<TaskFailed>(ReferenceEqualityComparer.Instance);
        foreach (var failure in failures)
        {
            some.Add(failure);
            if (!Replays(row, Without(history, some))) some.Remove(failure);
        }

        return some;
    }

    private bool Replays(InstanceRow row, List<Segment> history)
    {
        var trial = InstanceLoader.NewCoroutine(
            engine, new InstanceIdentity(row.Name, row.Id, row.Keys.Parent?.InstanceId), row.Input);
        trial.Replay(history);
        return !trial.IsBroken;
    }

    private static List<Segment> Without(List<Segment> history, HashSet<TaskFailed> reopened) =>
        history.ConvertAll(segment => segment with
        {
            Inbound = segment.Inbound.Where(e => e is not TaskFailed failure || !reopened.Contains(failure)).ToList(),
        });
}

/// <summary>A failed instance and the history that it goes on from.</summary>
internal sealed record RewoundInstance(InstanceRow Row, List<Segment> History);

/// <summary>Replaces the histories of failed instances and opens them again: all of them, or none, for a parent must not
/// await a child that stays ended.</summary>
internal sealed class RewindWrite(IReadOnlyList<RewoundInstance> instances, DateTimeOffset now) : Write<WriteStatements>
{
    /// <summary>False when somebody else was faster.</summary>
    public bool Done { get; private set; }

    /// <summary>Whom to wake afterwards.</summary>
    public IEnumerable<InstanceRow> Instances => instances.Select(instance => instance.Row);

    public override void Apply(WriteStatements db)
    {
        if (!instances.All(instance => IsUnchanged(db, instance.Row))) return;
        foreach (var instance in instances) Reopen(db, instance);
        Done = true;
    }

    private static bool IsUnchanged(WriteStatements db, InstanceRow row) =>
        PurgeWrite.Find(db, row.Id) is { Status: OrchestrationRuntimeStatus.Failed, Key: var key } && key == row.Keys.Key;

    private void Reopen(WriteStatements db, RewoundInstance instance)
    {
        var key = instance.Row.Keys.Key;
        db.DeleteHistory.Execute(HistoryPosition.First(key), HistoryPosition.Last(key));
        for (var number = 0; number < instance.History.Count; number++)
        {
            var position = HistoryPosition.Of(key, number);
            var events = SegmentWriter.Write(instance.History[number]);
            db.InsertSegment.Execute(position, HistoryPosition.Checksum(position, events), events);
        }

        db.DeleteInterruptions.Execute(key);
        db.LiveInstances++;
        var state = new RowState(
            OrchestrationRuntimeStatus.Running, now.ToUnixTimeMilliseconds(), OpenActivities: 1, WakeAt: null, Cascade: false);
        db.Reopen.Execute(key, state.UpdatedAt, RowChecksums.State(key, state));
    }
}
