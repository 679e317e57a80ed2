using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>
/// Rewrites the history of a failed instance so that what failed is open again and what succeeded stays. A failure that
/// the orchestrator had dealt with (a retry, a catch) must stay in the history, for later decisions rest on it: so each
/// failure is taken out only if the code still replays without it.
/// </summary>
internal sealed class Rewind(EngineCore engine)
{
    /// <summary>The writes that rewind an instance and its failed children, outermost first; none when it has not
    /// failed.</summary>
    public List<RewindWrite> Plan(string instanceId)
    {
        var writes = new List<RewindWrite>();
        if (engine.Reader.Find(instanceId) is { Status: OrchestrationRuntimeStatus.Failed } row) Plan(row, writes);
        return writes;
    }

    private void Plan(InstanceRow row, List<RewindWrite> writes)
    {
        var history = engine.Reader.History(row).ConvertAll(segment => segment with { Completion = null });
        var children = engine.Reader.Children(row.Keys.Key).ToDictionary(child => child.Keys.Parent!.TaskId);
        bool MayReopen(TaskFailed failure) =>
            !children.TryGetValue(failure.TaskId, out var child) || child.Status == OrchestrationRuntimeStatus.Failed;

        var failures = history.SelectMany(segment => segment.Inbound).OfType<TaskFailed>().Where(MayReopen)
            .Reverse().Take(EngineLimits.MaxRewoundFailures).ToList();
        var reopened = Reopenable(row, history, failures);
        writes.Add(new RewindWrite(row, Without(history, reopened), engine.Now));
        foreach (var failure in reopened)
        {
            if (children.TryGetValue(failure.TaskId, out var child)) Plan(child, writes);
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
        var trial = LoadedInstance.Fresh(engine, row.Keys, row.Id, row.Name, row.Input).Coroutine;
        foreach (var segment in history)
        {
            trial.Replay(segment);
            if (trial.IsBroken) return false;
        }

        return true;
    }

    private static List<Segment> Without(List<Segment> history, HashSet<TaskFailed> reopened) =>
        history.ConvertAll(segment => segment with
        {
            Inbound = segment.Inbound.Where(e => e is not TaskFailed failure || !reopened.Contains(failure)).ToList(),
        });
}

/// <summary>Replaces the history of a failed instance and opens it again.</summary>
internal sealed class RewindWrite(InstanceRow row, List<Segment> history, DateTimeOffset now) : Write
{
    public string InstanceId => row.Id;

    /// <summary>False when somebody else was faster.</summary>
    public bool Done { get; private set; }

    public override void Apply(WriteStatements db)
    {
        using (var found = db.FindInstance.Query(row.Id))
        {
            if (!found.Read() || found.GetInt64(0) != row.Keys.Key) return;
            if ((OrchestrationRuntimeStatus)found.GetInt32(1) != OrchestrationRuntimeStatus.Failed) return;
        }

        db.DeleteHistory.Execute(HistoryPosition.First(row.Keys.Key), HistoryPosition.Last(row.Keys.Key));
        for (var number = 0; number < history.Count; number++)
        {
            var position = HistoryPosition.Of(row.Keys.Key, number);
            var events = SegmentWriter.Write(history[number]);
            db.InsertSegment.Execute(position, HistoryPosition.Checksum(position, events), events);
        }

        db.Reopen.Execute(row.Keys.Key, now.ToUnixTimeMilliseconds());
        Done = true;
    }
}
