using System.Text;
using Microsoft.Data.Sqlite;
using Serverless.Durable;
using Serverless.Engine.History;

namespace Serverless.Engine.Storage;

/// <summary>Reads instances and histories as they are committed.</summary>
internal sealed class InstanceReader(ReaderConnections connections)
{
    private const string Columns = """
        key, id, name, status, root_key, parent_key, parent_id, parent_task, created_at, updated_at, reported, cascade,
        failure, input, output, custom_status
        """;

    private const string ColumnsWithoutPayloads = """
        key, id, name, status, root_key, parent_key, parent_id, parent_task, created_at, updated_at, reported, cascade,
        failure, NULL, NULL, NULL
        """;

    public InstanceRow? Find(string id) => Rows($"SELECT {Columns} FROM instances WHERE id = $1", id).FirstOrDefault();

    public IReadOnlyList<InstanceRow> Children(long key) =>
        Rows($"SELECT {Columns} FROM instances WHERE parent_key = $1", key);

    /// <summary>The highest key in use, or 0.</summary>
    public long MaxKey()
    {
        using var connection = connections.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(key), 0) FROM instances";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The segments of an instance, in order.</summary>
    /// <exception cref="EngineException">A segment is not what was written.</exception>
    public List<Segment> History(InstanceRow row)
    {
        var segments = new List<Segment>();
        using var connection = connections.Open();
        using var command = Command(
            connection,
            "SELECT position, checksum, events FROM history WHERE position BETWEEN $1 AND $2 ORDER BY position",
            HistoryPosition.First(row.Keys.Key),
            HistoryPosition.Last(row.Keys.Key));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var bytes = (byte[])reader[2];
            var position = reader.GetInt64(0);
            if (HistoryPosition.Checksum(position, bytes) != reader.GetInt64(1)) throw Damaged(row, position);
            segments.Add(SegmentReader.Read(bytes));
        }

        return segments;
    }

    public List<InstanceRow> List(OrchestrationQuery query, long afterKey)
    {
        var where = new StringBuilder("key > $1");
        var values = new List<object> { afterKey };
        void And(string condition, object value)
        {
            values.Add(value);
            where.Append(" AND ").Append(condition.Replace("$", $"${values.Count}", StringComparison.Ordinal));
        }

        if (query.Statuses is { Count: > 0 } statuses)
            where.Append(" AND status IN (").AppendJoin(',', statuses.Select(status => (int)status)).Append(')');
        if (query.RootsOnly) where.Append(" AND parent_key IS NULL");
        if (query.InstanceIdPrefix is { Length: > 0 } prefix)
        {
            // A range, unlike LIKE, uses the index and knows no wildcards.
            And("id >= $", prefix);
            And("id < $", prefix + char.MaxValue);
        }

        if (query.CreatedFrom is { } from) And("created_at >= $", from.ToUnixTimeMilliseconds());
        if (query.CreatedTo is { } to) And("created_at < $", to.ToUnixTimeMilliseconds());
        values.Add(query.PageSize);
        var columns = query.FetchInputsAndOutputs ? Columns : ColumnsWithoutPayloads;
        return Rows($"SELECT {columns} FROM instances WHERE {where} ORDER BY key LIMIT ${values.Count}", [.. values]);
    }

    /// <summary>Reads what a start must know: who has work open, who has not been told, who sleeps until when.</summary>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params object[] values)
    {
        using var connection = connections.Open();
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private List<InstanceRow> Rows(string sql, params object[] values) => Read(sql, ReadRow, values);

    private static InstanceRow ReadRow(SqliteDataReader reader) => new()
    {
        Keys = new(
            reader.GetInt64(0),
            reader.GetInt64(4),
            reader.IsDBNull(5) ? null : new(reader.GetInt64(5), reader.GetString(6), reader.GetInt32(7))),
        Id = reader.GetString(1),
        Name = reader.GetString(2),
        Status = (OrchestrationRuntimeStatus)reader.GetInt32(3),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(9)),
        Reported = reader.GetInt32(10) != 0,
        Cascade = reader.GetInt32(11) != 0,
        Failure = reader.IsDBNull(12) ? null : FailureJson.FromBytes((byte[])reader[12]),
        Input = Bytes(reader, 13),
        Output = Bytes(reader, 14),
        CustomStatus = Bytes(reader, 15),
    };

    private static ReadOnlyMemory<byte> Bytes(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? default : (byte[])reader[column];

    private static SqliteCommand Command(SqliteConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command;
    }

    private EngineException Damaged(InstanceRow row, long position) => new(
        EngineErrorKind.Corrupt,
        $"The database '{connections.Path}' is damaged: segment {HistoryPosition.SegmentOf(position)} of instance " +
        $"'{row.Id}' does not match its checksum. Restore the database from a copy.");
}
