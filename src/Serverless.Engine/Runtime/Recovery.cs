using Serverless.Engine.History;

namespace Serverless.Engine.Runtime;

/// <summary>
/// What a start takes up again. Reads the instances' rows, never their histories: only those with work open are loaded,
/// the others sleep until a timer or an event wakes them.
/// </summary>
internal static class Recovery
{
    private const string Live = "status IN (0, 6, 7)";

    /// <summary>Takes up all unfinished instances, or those of one tree.</summary>
    public static void Run(EngineCore engine, long? rootKey)
    {
        var scope = rootKey is null ? "" : $" AND root_key = {rootKey}";
        var sleeping = engine.Reader.Read(
            $"SELECT id, wake_at FROM instances WHERE {Live} AND wake_at IS NOT NULL{scope}",
            row => (Id: row.GetString(0), At: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)).UtcDateTime));
        foreach (var (id, at) in sleeping) engine.Timers.Schedule(id, at);

        var unreported = engine.Reader.Read(
            $"""
            SELECT child.id, parent.id FROM instances child JOIN instances parent ON child.parent_key = parent.key
            WHERE parent.{Live} AND child.reported = 0 AND child.status NOT IN (0, 6, 7)
            {scope.Replace("root_key", "child.root_key", StringComparison.Ordinal)}
            """,
            row => (Child: row.GetString(0), Parent: row.GetString(1)));
        foreach (var (child, parent) in unreported) Try(engine, parent, () => Report(engine, child));

        var active = engine.Reader.Read(
            $"SELECT id FROM instances WHERE {Live} AND (open_activities > 0 OR status = 6){scope}",
            row => row.GetString(0));
        foreach (var id in active) engine.Instances.Post(id, default);

        TerminateOrphans(engine, scope);
        EngineLog.Recovered(engine.Log, active.Count, sleeping.Count, unreported.Count);
    }

    private static void Report(EngineCore engine, string childId)
    {
        if (engine.Reader.Find(childId) is not { Keys.Parent: { } parent } child) return;
        LoadedInstance.Report(engine, child.Keys.Key, parent, child.Status, child.Output, child.Failure);
    }

    /// <summary>A crash may have come between a parent's end and that of its children.</summary>
    private static void TerminateOrphans(EngineCore engine, string scope)
    {
        var parents = engine.Reader.Read(
            $"""
            SELECT DISTINCT parent.key, parent.id FROM instances child JOIN instances parent ON child.parent_key = parent.key
            WHERE child.{Live} AND parent.cascade = 1
            {scope.Replace("root_key", "child.root_key", StringComparison.Ordinal)}
            """,
            row => (Key: row.GetInt64(0), Id: row.GetString(1)));
        var terminated = new ExecutionTerminated(default, Recursive: true);
        foreach (var (key, id) in parents) Try(engine, id, () => LoadedInstance.TerminateChildren(engine, key, terminated));
    }

    /// <summary>A damaged row is a matter of its own family: the others go on.</summary>
    private static void Try(EngineCore engine, string id, Action action)
    {
        try
        {
            action();
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Corrupt)
        {
            engine.GiveUp(id, e);
        }
    }
}
