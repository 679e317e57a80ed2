using System.Text.Json;
using Microsoft.Data.Sqlite;
using Serverless.Core.Planning;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;
using Serverless.Sqlite;

namespace Serverless.Pods;

/// <summary>Looks at a queue, also while another process runs it. Changes nothing.</summary>
public sealed class QueueReader : IDisposable
{
    private readonly ReaderConnections _connections;
    private readonly TimeProvider _time;
    private readonly bool _hasOrders;

    /// <param name="connections">To the file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hasOrders">False when the file was made by a version that kept neither orders nor hours, and still is as that
    /// left it.</param>
    internal QueueReader(ReaderConnections connections, TimeProvider time, bool hasOrders = true)
    {
        _connections = connections;
        _time = time;
        _hasOrders = hasOrders;
    }

    /// <summary>Opens the queue of a file.</summary>
    /// <exception cref="QueueException">It is not there, damaged, too new, or another program's.</exception>
    public static QueueReader Open(string path, TimeProvider time)
    {
        var connections = new ReaderConnections(path, QueueException.Of, SqliteOpenMode.ReadWrite);
        try
        {
            using var connection = connections.Open();
            var version = QueueSchema.Tables.Check(connection, path, QueueException.Of);
            return new QueueReader(connections, time, version >= QueueSchema.WithOrders);
        }
        catch (Exception e)
        {
            connections.Dispose();
            if (e is SqliteException sqlite) throw SqliteErrors.Translate(sqlite, path, QueueException.Of);
            throw;
        }
    }

    /// <summary>How the queue and its pods stand.</summary>
    /// <exception cref="QueueException">The file cannot be read.</exception>
    public QueueView Look() => Read(connection =>
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var states = States(connection);
        var oldest = Scalar(connection, "SELECT min(submitted_at) FROM jobs WHERE state = 0");
        var lastSeen = Scalar(connection, "SELECT max(seen_at) FROM pods");
        return new QueueView
        {
            Queued = states.GetValueOrDefault(WorkState.Queued),
            Running = states.GetValueOrDefault(WorkState.Running),
            Completed = states.GetValueOrDefault(WorkState.Completed),
            Failed = states.GetValueOrDefault(WorkState.Failed),
            OldestSeconds = Since(now, oldest),
            LastSeenSeconds = Since(now, lastSeen),
            Pods = Pods(connection, now),
            Events = Events(connection),
        };
    });

    /// <summary>How often pods were taken away, by hour of the day; null when nothing was observed yet.</summary>
    /// <exception cref="QueueException">The file cannot be read.</exception>
    public ObservedInterruptions? Interruptions() => _hasOrders ? Read(HourRows.Read) : null;

    /// <summary>How long ago any pod was seen; null when none ever was.</summary>
    /// <exception cref="QueueException">The file cannot be read.</exception>
    public TimeSpan? LastSeen() => Read(connection =>
    {
        var seen = Since(_time.GetUtcNow().ToUnixTimeMilliseconds(), Scalar(connection, "SELECT max(seen_at) FROM pods"));
        return seen is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
    });

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    internal JobRow? Find(string id) => Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {JobRow.Columns} FROM jobs WHERE id = $1";
        command.Parameters.AddWithValue("$1", id);
        using var rows = command.ExecuteReader();
        return rows.Read() ? JobRow.Read(rows) : null;
    });

    /// <summary>A job's results beyond one of them, in the order in which they came.</summary>
    internal List<StoredResult> Results(long job, long afterSeq) => Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, ordinal, id, value FROM results WHERE job = $1 AND seq > $2 ORDER BY seq";
        command.Parameters.AddWithValue("$1", job);
        command.Parameters.AddWithValue("$2", afterSeq);
        using var rows = command.ExecuteReader();
        var results = new List<StoredResult>();
        while (rows.Read())
            results.Add(new StoredResult(rows.GetInt64(0), rows.GetInt32(1), rows.GetString(2), rows.GetFieldValue<byte[]>(3)));
        return results;
    });

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        using var connection = _connections.Open();
        try
        {
            return read(connection);
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Translate(e, _connections.Path, QueueException.Of);
        }
    }

    private static Dictionary<WorkState, int> States(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT state, count(*) FROM jobs GROUP BY state";
        using var rows = command.ExecuteReader();
        var states = new Dictionary<WorkState, int>();
        while (rows.Read()) states[(WorkState)rows.GetInt32(0)] = rows.GetInt32(1);
        return states;
    }

    private List<PodView> Pods(SqliteConnection connection, long now)
    {
        var held = Held(connection, now);
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT name, seen_at, facts, notice, completed, interruptions, losses, notice_session = session,
              {(_hasOrders ? "ordered" : "0")} FROM pods ORDER BY name
            """;
        using var rows = command.ExecuteReader();
        var pods = new List<PodView>();
        while (rows.Read()) pods.Add(ToPod(rows, now, held));
        return pods;
    }

    private static PodView ToPod(SqliteDataReader row, long now, ILookup<string, HeldJob> held)
    {
        var seen = Since(now, row.GetInt64(1))!.Value;
        var facts = JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(2), WorkJson.Default.PodFacts)!;
        List<HeldJob> jobs = [.. held[row.GetString(0)]];
        return new PodView
        {
            Name = row.GetString(0),
            Online = seen <= WorkLimits.OfflineAfter.TotalSeconds,
            LastSeenSeconds = seen,
            // What it said of itself was before it was lent these.
            Facts = facts.State == PodState.Idle && jobs.Count > 0 ? facts with { State = PodState.Working } : facts,
            Notice = row.IsDBNull(3) || row.GetInt64(7) == 0
                ? null
                : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(3), WorkJson.Default.InterruptionNotice),
            Order = (WorkCommand)row.GetInt32(8),
            Jobs = jobs,
            CompletedJobs = row.GetInt32(4),
            Interruptions = row.GetInt32(5),
            Losses = row.GetInt32(6),
        };
    }

    private static ILookup<string, HeldJob> Held(SqliteConnection connection, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {JobRow.Columns} FROM jobs WHERE state = 1 ORDER BY key";
        using var rows = command.ExecuteReader();
        var jobs = new List<JobRow>();
        while (rows.Read()) jobs.Add(JobRow.Read(rows));
        return jobs.ToLookup(job => job.Pod!, job => new HeldJob
        {
            Job = job.Id,
            Name = job.Name,
            Attempt = job.AttemptNumber,
            Done = Math.Min(job.Flashpoints, Math.Max(job.Done, job.Progress)),
            Flashpoints = job.Flashpoints,
            HeldSeconds = Since(now, job.GrantedAt)!.Value,
            Text = job.ProgressText,
        });
    }

    private static List<PodEvent> Events(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT at, pod, kind, job, text FROM events ORDER BY seq DESC LIMIT $1";
        command.Parameters.AddWithValue("$1", QueueLimits.MaxEventsShown);
        using var rows = command.ExecuteReader();
        var events = new List<PodEvent>();
        while (rows.Read())
        {
            events.Add(new PodEvent
            {
                At = DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)),
                Pod = rows.GetString(1),
                Kind = (PodEventKind)rows.GetInt32(2),
                Job = rows.IsDBNull(3) ? null : rows.GetString(3),
                Text = rows.IsDBNull(4) ? null : rows.GetString(4),
            });
        }

        return events;
    }

    private static long? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long?;
    }

    private static double? Since(long now, long? then) => then is { } at ? Math.Max(0, now - at) / 1000.0 : null;
}

/// <summary>A flashpoint's result in the file.</summary>
internal sealed record StoredResult(long Seq, int Ordinal, string Id, byte[] Value);
