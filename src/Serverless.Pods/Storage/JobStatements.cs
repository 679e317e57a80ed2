using Microsoft.Data.Sqlite;
using Serverless.Sqlite;

namespace Serverless.Pods.Storage;

/// <summary>The statements that change and find jobs, prepared once.</summary>
internal sealed class JobStatements(SqliteConnection connection) : IDisposable
{
    public Statement Insert { get; } = new(
        connection,
        """
        INSERT INTO jobs(id, name, state, used, max_attempts, submitted_at, execution_timeout_ms, flashpoints)
        VALUES($1, $2, 0, $3, $4, $5, $6, $7) RETURNING key
        """,
        7);

    public Statement Find { get; } = new(connection, $"SELECT {JobRow.Columns} FROM jobs WHERE id = $1", 1);

    public Statement FindByKey { get; } = new(connection, $"SELECT {JobRow.Columns} FROM jobs WHERE key = $1", 1);

    public Statement Next { get; } = new(
        connection, $"SELECT {JobRow.Columns} FROM jobs WHERE state = 0 ORDER BY key LIMIT $1", 1);

    public Statement HeldBy { get; } = new(connection, $"SELECT {JobRow.Columns} FROM jobs WHERE state = 1 AND pod = $1", 1);

    public Statement Grant { get; } = new(
        connection,
        """
        UPDATE jobs SET state = 1, attempts = attempts + 1, token = $2, pod = $3, session = $4, grant_id = $5, granted_at = $6,
          heard_at = $6, first_granted_at = coalesce(first_granted_at, $6), progress = 0, progress_text = NULL,
          granted_seq = coalesce((SELECT max(seq) FROM results WHERE job = $1), 0)
        WHERE key = $1
        """,
        6);

    public Statement Hear { get; } = new(connection, "UPDATE jobs SET heard_at = $2 WHERE key = $1", 2);

    public Statement Progress { get; } = new(
        connection,
        """
        UPDATE jobs SET heard_at = $2, progress = $3, progress_text = $4, checkpoint = coalesce($5, checkpoint) WHERE key = $1
        """,
        5);

    public Statement Revive { get; } = new(
        connection, "UPDATE jobs SET state = 1, granted_at = $2, heard_at = $2, error = NULL WHERE key = $1", 2);

    public Statement Requeue { get; } = new(
        connection,
        """
        UPDATE jobs SET state = 0, attempts = attempts - $2, returns = returns + $2, held_ms = held_ms + $3, error = $4,
          checkpoint = coalesce($5, checkpoint)
        WHERE key = $1
        """,
        5);

    public Statement End { get; } = new(
        connection,
        """
        UPDATE jobs SET state = $2, outcome = $3, ended_at = $4, held_ms = held_ms + $5, error = $6, fault = $7 WHERE key = $1
        """,
        7);

    public Statement AddDone { get; } = new(connection, "UPDATE jobs SET done = done + $2 WHERE key = $1", 2);

    public Statement InsertInput { get; } = new(connection, "INSERT INTO inputs(job, input) VALUES($1, $2)", 2);

    public Statement ReadInput { get; } = new(connection, "SELECT input FROM inputs WHERE job = $1", 1);

    public Statement DeleteInput { get; } = new(connection, "DELETE FROM inputs WHERE job = $1", 1);

    public Statement InsertResult { get; } = new(
        connection, "INSERT INTO results(job, ordinal, id, value) VALUES($1, $2, $3, $4) ON CONFLICT(job, ordinal) DO NOTHING", 4);

    public Statement ResultOrdinals { get; } = new(
        connection, "SELECT ordinal FROM results WHERE job = $1 AND seq <= $2", 2);

    public Statement DeleteResults { get; } = new(connection, "DELETE FROM results WHERE job = $1", 1);

    public Statement InsertEnd { get; } = new(
        connection, "INSERT INTO ends(job, token, call, state) VALUES($1, $2, $3, $4)", 4);

    public Statement FindEnd { get; } = new(connection, "SELECT call, state FROM ends WHERE job = $1 AND token = $2", 2);

    public Statement DeleteEnds { get; } = new(connection, "DELETE FROM ends WHERE job = $1", 1);

    public Statement EndedBefore { get; } = new(
        connection, "SELECT key FROM jobs WHERE state > 1 AND ended_at < $1 ORDER BY ended_at LIMIT $2", 2);

    public Statement Delete { get; } = new(connection, "DELETE FROM jobs WHERE key = $1", 1);

    public Statement Running { get; } = new(connection, "SELECT key, heard_at FROM jobs WHERE state = 1", 0);

    public Statement CountQueued { get; } = new(connection, "SELECT count(*) FROM jobs WHERE state = 0", 0);

    public Statement NextToken { get; } = new(connection, "UPDATE tokens SET last = last + 1 RETURNING last", 0);

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)
            [Insert, Find, FindByKey, Next, HeldBy, Grant, Hear, Progress, Revive, Requeue, End, AddDone, InsertInput, ReadInput,
                DeleteInput, InsertResult, ResultOrdinals, DeleteResults, InsertEnd, FindEnd, DeleteEnds, EndedBefore, Delete, Running,
                CountQueued, NextToken])
        {
            statement.Dispose();
        }
    }
}
