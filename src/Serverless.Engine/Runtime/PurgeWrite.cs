using Serverless.Durable;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine.Runtime;

/// <summary>Deletes an ended instance and, if asked, what it started.</summary>
internal sealed class PurgeWrite(string id, bool recursive) : Write<WriteStatements>
{
    /// <summary>How many instances were deleted.</summary>
    public int Purged { get; private set; }

    /// <summary>The instance that has not ended and so forbids the purge.</summary>
    public string? Live { get; private set; }

    public override bool FreesSpace => Purged > 0;

    public override void Apply(WriteStatements db)
    {
        if (Find(db, id) is not { } root) return;
        if (!root.Status.IsEnded()) Live = id;
        else if (recursive && Unfinished(db, root.Key) is [var live, ..]) Live = live;
        else Purged = DeleteTree(db, root.Key, recursive);
    }

    /// <summary>Who has an id.</summary>
    public static (long Key, OrchestrationRuntimeStatus Status)? Find(WriteStatements db, string id)
    {
        using var found = db.FindInstance.Query(id);
        return found.Read() ? (found.GetInt64(0), (OrchestrationRuntimeStatus)found.GetInt32(1)) : null;
    }

    /// <summary>The ids in the tree below an instance, itself included, that have not ended.</summary>
    public static List<string> Unfinished(WriteStatements db, long key) =>
        Tree(db, key).Where(row => !row.Status.IsEnded()).Select(row => row.Id).ToList();

    public static int DeleteTree(WriteStatements db, long key, bool recursive)
    {
        var keys = recursive ? Tree(db, key).ConvertAll(row => row.Key) : [key];
        foreach (var one in keys)
        {
            db.DeleteHistory.Execute(HistoryPosition.First(one), HistoryPosition.Last(one));
            db.DeleteInterruptions.Execute(one);
            db.DeleteInstance.Execute(one);
        }

        return keys.Count;
    }

    private static List<(long Key, string Id, OrchestrationRuntimeStatus Status)> Tree(WriteStatements db, long key)
    {
        var rows = new List<(long, string, OrchestrationRuntimeStatus)>();
        using var reader = db.Descendants.Query(key);
        while (reader.Read())
            rows.Add((reader.GetInt64(0), reader.GetString(1), (OrchestrationRuntimeStatus)reader.GetInt32(2)));
        return rows;
    }
}
