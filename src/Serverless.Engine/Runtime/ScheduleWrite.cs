using Serverless.Durable;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine.Runtime;

/// <summary>Creates a root instance, unless something is in the way. An instance with the key <c>replacing</c> was ended
/// to make room: it does not count as a duplicate.</summary>
internal sealed class ScheduleWrite(
    InstanceKeys keys,
    string id,
    string name,
    byte[]? input,
    DateTimeOffset now,
    IReadOnlyList<OrchestrationRuntimeStatus> dedupeStatuses,
    long replacing,
    long maxLive) : Write<WriteStatements>
{
    /// <summary>The instance that has the id, when there is one and it cannot be replaced as it stands.</summary>
    public (long Key, OrchestrationRuntimeStatus Status)? TakenBy { get; private set; }

    /// <summary>Instances that must have ended before the id is free: its holder, or what that has started.</summary>
    public IReadOnlyList<string> InTheWay { get; private set; } = [];

    /// <summary>Whether the instance was not created.</summary>
    public bool IsRefused => IsBeyondLimit || TakenBy is not null || InTheWay.Count > 0;

    /// <summary>Whether so many instances are unfinished that no more are taken.</summary>
    public bool IsBeyondLimit { get; private set; }

    public override void Apply(WriteStatements db)
    {
        if (db.LiveInstances >= maxLive)
        {
            IsBeyondLimit = true;
            return;
        }

        if (PurgeWrite.Find(db, id) is { } holder)
        {
            if (!holder.Status.IsEnded() || (holder.Key != replacing && dedupeStatuses.Contains(holder.Status)))
            {
                TakenBy = holder;
                InTheWay = [id];
                return;
            }

            InTheWay = PurgeWrite.Unfinished(db, holder.Key);
            if (IsRefused) return;
            PurgeWrite.DeleteTree(db, holder.Key, recursive: true);
        }

        db.TryInsert(keys, id, name, now.ToUnixTimeMilliseconds(), input);
    }
}
