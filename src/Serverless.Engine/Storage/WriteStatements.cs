using Microsoft.Data.Sqlite;
using Serverless.Durable;
using Serverless.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>The statements that change the database, prepared once.</summary>
internal sealed class WriteStatements(SqliteConnection connection) : IDisposable
{
    /// <summary>How many instances have not ended. Right as long as every write is committed; the loop stops when one is
    /// not.</summary>
    public long LiveInstances { get; set; } = Count(connection);

    public Statement FindInstance { get; } = new(connection, "SELECT key, status FROM instances WHERE id = $1", 1);

    private Statement InsertInstance { get; } = new(
        connection,
        """
        INSERT INTO instances(key, id, name, status, root_key, parent_key, parent_id, parent_task, created_at, updated_at, input,
          identity_checksum, state_checksum, input_checksum)
        VALUES($1, $2, $3, 6, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12)
        ON CONFLICT(id) DO NOTHING
        """,
        12);

    public Statement AdvanceInstance { get; } = new(
        connection,
        """
        UPDATE instances SET status = $2, updated_at = $3, open_activities = $4, wake_at = $5, state_checksum = $6
        WHERE key = $1 AND status IN (0, 6, 7) AND (status = 6) = $7
        """,
        7);

    public Statement EndInstance { get; } = new(
        connection,
        """
        UPDATE instances SET status = $2, updated_at = $3, open_activities = 0, wake_at = NULL, output = $4, failure = $5,
          cascade = $6, state_checksum = $7, output_checksum = $8, failure_checksum = $9
        WHERE key = $1 AND status IN (0, 6, 7) AND (status = 6) = $10
        """,
        10);

    public Statement KeepActive { get; } = new(
        connection, "UPDATE instances SET open_activities = $2, state_checksum = $3 WHERE key = $1", 3);

    public Statement SetCustomStatus { get; } = new(
        connection, "UPDATE instances SET custom_status = $2, custom_status_checksum = $3 WHERE key = $1", 3);

    public Statement SetInput { get; } = new(
        connection, "UPDATE instances SET input = $2, input_checksum = $3 WHERE key = $1", 3);

    public Statement MarkReported { get; } = new(connection, "UPDATE instances SET reported = 1 WHERE key = $1", 1);

    public Statement Reopen { get; } = new(
        connection,
        """
        UPDATE instances SET status = 0, output = NULL, failure = NULL, reported = 0, cascade = 0, updated_at = $2,
          open_activities = 1, state_checksum = $3, output_checksum = NULL, failure_checksum = NULL
        WHERE key = $1
        """,
        3);

    public Statement InsertSegment { get; } = new(
        connection, "INSERT INTO history(position, checksum, events) VALUES($1, $2, $3)", 3);

    public Statement DeleteHistory { get; } = new(
        connection, "DELETE FROM history WHERE position BETWEEN $1 AND $2", 2);

    public Statement DeleteInterruptions { get; } = new(
        connection, "DELETE FROM interruptions WHERE instance = $1", 1);

    public Statement DeleteInstance { get; } = new(connection, "DELETE FROM instances WHERE key = $1", 1);

    public Statement Descendants { get; } = new(
        connection,
        """
        WITH RECURSIVE tree(key) AS (
          SELECT $1 UNION ALL SELECT child.key FROM instances child JOIN tree ON child.parent_key = tree.key)
        SELECT instances.key, instances.id, instances.status FROM tree JOIN instances USING (key)
        """,
        1);

    /// <summary>Makes the row of an instance that has not begun, unless its id is taken.</summary>
    /// <returns>Whether it is made.</returns>
    public bool TryInsert(InstanceKeys keys, string id, string name, long now, byte[]? input)
    {
        var state = new RowState(OrchestrationRuntimeStatus.Pending, now, OpenActivities: 0, WakeAt: null, Cascade: false);
        var parent = keys.Parent;
        var inserted = InsertInstance.Execute(
            keys.Key, id, name, keys.RootKey, parent?.Key, parent?.InstanceId, parent?.TaskId, now, input,
            RowChecksums.Identity(keys, id, name, now),
            RowChecksums.State(keys.Key, state),
            RowChecksums.Payload(keys.Key, RowPart.Input, input));
        LiveInstances += inserted;
        return inserted > 0;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)
            [FindInstance, InsertInstance, AdvanceInstance, EndInstance, KeepActive, SetCustomStatus,
                SetInput, MarkReported, Reopen, InsertSegment, DeleteHistory, DeleteInterruptions,
                DeleteInstance, Descendants])
        {
            statement.Dispose();
        }
    }

    private static long Count(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM instances WHERE status IN (0, 6, 7)";
        return (long)command.ExecuteScalar()!;
    }
}
