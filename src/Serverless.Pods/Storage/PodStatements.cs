using Microsoft.Data.Sqlite;
using Serverless.Sqlite;

namespace Serverless.Pods.Storage;

/// <summary>The statements that change and find pods, prepared once.</summary>
internal sealed class PodStatements(SqliteConnection connection) : IDisposable
{
    public Statement Find { get; } = new(
        connection,
        "SELECT session, notice, notice_session, seen_at, ordered, taken_session, taken_hour FROM pods WHERE name = $1", 1);

    public Statement SeenAfter { get; } = new(connection, "SELECT name, seen_at, facts FROM pods WHERE seen_at >= $1", 1);

    public Statement Order { get; } = new(connection, "UPDATE pods SET ordered = $2 WHERE name = $1", 2);

    public Statement SetTaken { get; } = new(
        connection, "UPDATE pods SET taken_session = $2, taken_hour = $3 WHERE name = $1", 3);

    public Statement AddToHour { get; } = new(
        connection,
        """
        INSERT INTO hours(hour, since, pod_ms, interruptions) VALUES($1, $2, $3, $4)
        ON CONFLICT(hour) DO UPDATE SET pod_ms = pod_ms + $3, interruptions = interruptions + $4
        """,
        4);

    public Statement See { get; } = new(
        connection,
        """
        INSERT INTO pods(name, session, seen_at, facts) VALUES($1, $2, $3, coalesce($4, CAST('{"state":"starting"}' AS BLOB)))
        ON CONFLICT(name) DO UPDATE SET session = $2, seen_at = $3, facts = coalesce($4, facts)
        """,
        4);

    public Statement SetNotice { get; } = new(
        connection, "UPDATE pods SET notice = $2, notice_session = $3, interruptions = interruptions + $4 WHERE name = $1", 4);

    public Statement AddCompleted { get; } = new(connection, "UPDATE pods SET completed = completed + 1 WHERE name = $1", 1);

    public Statement AddLoss { get; } = new(connection, "UPDATE pods SET losses = losses + 1 WHERE name = $1", 1);

    public Statement AddSession { get; } = new(
        connection, "INSERT INTO sessions(pod, session) VALUES($1, $2) ON CONFLICT DO NOTHING", 2);

    public Statement AddEvent { get; } = new(
        connection, "INSERT INTO events(at, pod, kind, job, text) VALUES($1, $2, $3, $4, $5)", 5);

    public Statement DeleteOldEvents { get; } = new(
        connection, "DELETE FROM events WHERE seq <= (SELECT max(seq) FROM events) - $1", 1);

    public Statement DeleteOldSessions { get; } = new(
        connection, "DELETE FROM sessions WHERE pod IN (SELECT name FROM pods WHERE seen_at < $1)", 1);

    public Statement DeleteOldPods { get; } = new(connection, "DELETE FROM pods WHERE seen_at < $1", 1);

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)
            [Find, SeenAfter, Order, SetTaken, AddToHour, See, SetNotice, AddCompleted, AddLoss, AddSession, AddEvent, DeleteOldEvents,
                DeleteOldSessions, DeleteOldPods])
        {
            statement.Dispose();
        }
    }
}
