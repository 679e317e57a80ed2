using System.Text.Json;
using Microsoft.Data.Sqlite;
using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>Looks at everything in a database once: SQLite's own structure, every segment, every row, and whether each
/// instance's row tells the end that its history tells. All in one read transaction, so a running engine does not disturb it.
/// </summary>
internal sealed class DatabaseCheck(SqliteConnection connection, RowReader rowReader)
{
    private readonly List<DatabaseFinding> _findings = [];

    /// <param name="connections">Where from.</param>
    /// <param name="hasChecksums">False for a database whose rows have none yet.</param>
    public static IReadOnlyList<DatabaseFinding> Run(ReaderConnections connections, bool hasChecksums = true)
    {
        using var connection = connections.Open();
        var check = new DatabaseCheck(connection, new RowReader(connections.Path, hasChecksums));
        try
        {
            check.Run();
        }
        catch (Exception e) when (e is SqliteException or FormatException or InvalidCastException or ArgumentException)
        {
            // So damaged that it cannot even be read to the end.
            check._findings.Add(new DatabaseFinding(null, null, $"Reading stopped: {e.Message}"));
        }

        return check._findings;
    }

    private void Run()
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        using (var reader = Query("PRAGMA integrity_check"))
        {
            while (reader.Read())
            {
                if (reader.GetString(0) != "ok") _findings.Add(new DatabaseFinding(null, null, reader.GetString(0)));
            }
        }

        var completions = CheckHistory();
        using var rows = Query($"SELECT {rowReader.Columns} FROM instances");
        while (rows.Read())
        {
            var row = rowReader.Read(rows);
            CheckParts(row);
            CheckEnd(row, completions.GetValueOrDefault(row.Keys.Key));
        }
    }

    /// <returns>How each instance ended, by key.</returns>
    private Dictionary<long, ExecutionCompleted> CheckHistory()
    {
        var completions = new Dictionary<long, ExecutionCompleted>();
        var (lastKey, next) = (0L, 0);
        using var reader = Query(
            """
            SELECT position, checksum, events, instances.id FROM history
            LEFT JOIN instances ON instances.key = history.position >> 24 ORDER BY position
            """);
        while (reader.Read())
        {
            var position = reader.GetInt64(0);
            var (key, number) = (HistoryPosition.KeyOf(position), HistoryPosition.SegmentOf(position));
            var id = reader.IsDBNull(3) ? null : reader.GetString(3);
            if (key != lastKey) (lastKey, next) = (key, 0);
            if (id is null) Add(id, number, $"belongs to no instance (key {key})");
            if (number != next) Add(id, number, $"follows a gap; segment {next} is missing");
            next = number + 1;
            if (ReadSegment(id, position, reader.GetInt64(1), (byte[])reader[2])?.Completion is { } completion)
                completions[key] = completion;
        }

        return completions;
    }

    private Segment? ReadSegment(string? id, long position, long checksum, byte[] bytes)
    {
        var number = HistoryPosition.SegmentOf(position);
        if (HistoryPosition.Checksum(position, bytes) != checksum)
        {
            Add(id, number, "does not match its checksum");
            return null;
        }

        try
        {
            return SegmentReader.Read(bytes);
        }
        catch (JsonException)
        {
            Add(id, number, "is of a kind that this version does not know");
            return null;
        }
    }

    private void CheckParts(InstanceRow row)
    {
        foreach (var part in row.Damaged)
        {
            var name = RowChecksums.Name(part);
            _findings.Add(new DatabaseFinding(
                row.Id, null, $"{char.ToUpperInvariant(name[0])}{name[1..]} does not match its checksum."));
        }
    }

    private void CheckEnd(InstanceRow row, ExecutionCompleted? end)
    {
        var (id, status) = (row.Id, row.Status);
        if (!status.IsEnded() && end is null) return;
        if (end is null || end.Status != status)
        {
            _findings.Add(new DatabaseFinding(
                id, null, $"Its row says {status}, its history {end?.Status.ToString() ?? "no end"}."));
            return;
        }

        if (!row.StoredOutput.Span.SequenceEqual(end.Output.Span))
            _findings.Add(new DatabaseFinding(id, null, "The output in its row is not the one in its history."));
        var failure = end.Failure is null ? [] : FailureJson.ToBytes(end.Failure);
        if (!row.StoredFailure.Span.SequenceEqual(failure))
            _findings.Add(new DatabaseFinding(id, null, "The failure in its row is not the one in its history."));
    }

    private void Add(string? id, int segment, string problem) =>
        _findings.Add(new DatabaseFinding(id, segment, $"Segment {segment} of instance '{id}' {problem}."));

    private SqliteDataReader Query(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteReader();
    }
}
