using Serverless.Durable;
using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>Creates a root instance, unless its id is taken.</summary>
internal sealed class ScheduleWrite(
    InstanceKeys keys,
    string id,
    string name,
    byte[]? input,
    DateTimeOffset now,
    IReadOnlyList<OrchestrationRuntimeStatus> dedupeStatuses) : Write
{
    /// <summary>The state of the instance that has the id, when there is one and it is to be kept.</summary>
    public OrchestrationRuntimeStatus? TakenBy { get; private set; }

    public override void Apply(WriteStatements db)
    {
        long? replaced = null;
        using (var found = db.FindInstance.Query(id))
        {
            if (found.Read())
            {
                replaced = found.GetInt64(0);
                var status = (OrchestrationRuntimeStatus)found.GetInt32(1);
                if (!status.IsEnded() || dedupeStatuses.Contains(status)) TakenBy = status;
            }
        }

        if (TakenBy is not null) return;
        if (replaced is { } key) PurgeWrite.DeleteTree(db, key, recursive: true);
        db.InsertInstance.Execute(
            keys.Key, id, name, keys.RootKey, null, null, null, now.ToUnixTimeMilliseconds(), input);
    }
}
