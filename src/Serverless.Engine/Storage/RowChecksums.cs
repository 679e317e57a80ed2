using Serverless.Durable;

namespace Serverless.Engine.Storage;

/// <summary>The parts of an instance's row that have a checksum each: what is written together is checked together.
/// The numbers are part of the checksums.</summary>
internal enum RowPart
{
    Identity = 1,
    State = 2,
    Input = 3,
    Output = 4,
    Failure = 5,
    CustomStatus = 6,
}

/// <summary>
/// The checksums in an instance's row. Each covers the instance's key and which part it is, so that a value in a wrong
/// place is found too. The flag <c>reported</c> is in none of them: it changes without the rest of the row being read.
/// </summary>
internal static class RowChecksums
{
    /// <summary>What never changes: who it is.</summary>
    public static int Identity(InstanceKeys keys, string id, string name, long createdAt)
    {
        var checksum = Begin(keys.Key, RowPart.Identity);
        checksum.Add(id);
        checksum.Add(name);
        checksum.Add(keys.RootKey);
        checksum.Add(createdAt);
        if (keys.Parent is { } parent)
        {
            checksum.Add(parent.Key);
            checksum.Add(parent.InstanceId);
            checksum.Add(parent.TaskId);
        }

        return (int)checksum.Value;
    }

    /// <summary>What each turn writes: how it stands.</summary>
    public static int State(long key, in RowState state)
    {
        var checksum = Begin(key, RowPart.State);
        checksum.Add((long)state.Status);
        checksum.Add(state.UpdatedAt);
        checksum.Add(state.OpenActivities);
        checksum.Add(state.WakeAt ?? -1);
        checksum.Add(state.Cascade ? 1 : 0);
        return (int)checksum.Value;
    }

    /// <summary>One column of JSON; nothing counts as no bytes.</summary>
    public static int Payload(long key, RowPart part, ReadOnlySpan<byte> bytes)
    {
        var checksum = Begin(key, part);
        checksum.Add(bytes);
        return (int)checksum.Value;
    }

    /// <summary>The columns of a part, as a message names them.</summary>
    public static string Name(RowPart part) => part switch
    {
        RowPart.Identity => "one of the columns id, name, created_at, root_key and parent_*",
        RowPart.State => "one of the columns status, updated_at, open_activities, wake_at and cascade",
        RowPart.Input => "the column input",
        RowPart.Output => "the column output",
        RowPart.Failure => "the column failure",
        _ => "the column custom_status",
    };

    private static Checksum Begin(long key, RowPart part)
    {
        var checksum = new Checksum();
        checksum.Add(key);
        checksum.Add((long)part);
        return checksum;
    }
}

/// <summary>How an instance stands. Times are milliseconds since 1970 UTC.</summary>
internal readonly record struct RowState(
    OrchestrationRuntimeStatus Status, long UpdatedAt, long OpenActivities, long? WakeAt, bool Cascade);
