using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>Reads instances and histories as they are committed.</summary>
/// <param name="connections">Where from.</param>
/// <param name="hasChecksums">False for a database of an older version.</param>
internal sealed class InstanceReader(ReaderConnections connections, bool hasChecksums = true)
{
    /// <summary>Sorts after every other character in SQLite's order, which is that of UTF-8.</summary>
    private const string LastCharacter = "\U0010FFFF";

    private readonly RowReader _rows = new(connections.Path, hasChecksums);

    /// <exception cref="EngineException">Who it is or how it stands is not what was written.</exception>
    public InstanceRow? Find(string id) => Rows($"SELECT {_rows.Columns} FROM instances WHERE id = $1", id).FirstOrDefault();

    public IReadOnlyList<InstanceRow> Children(long key) =>
        Rows($"SELECT {_rows.Columns} FROM instances WHERE parent_key = $1", key);

    /// <summary>The state of an instance, or null when there is none of that id.</summary>
    public OrchestrationRuntimeStatus? Status(string id) =>
        Read<OrchestrationRuntimeStatus?>(
            $"SELECT {_rows.StatusColumns} FROM instances WHERE id = $1", row => _rows.ReadStatus(row, id), id).FirstOrDefault();

    /// <summary>The highest key in use, or 0.</summary>
    public long MaxKey() => Read("SELECT coalesce(max(key), 0) FROM instances", row => row.GetInt64(0))[0];

    /// <summary>The segments of an instance, in order.</summary>
    /// <exception cref="EngineException">A segment is not what was written.</exception>
    public List<Segment> History(InstanceRow row) => Read(
        "SELECT position, checksum, events FROM history WHERE position BETWEEN $1 AND $2 ORDER BY position",
        reader => ReadSegment(row, reader.GetInt64(0), reader.GetInt64(1), (byte[])reader[2]),
        HistoryPosition.First(row.Keys.Key),
        HistoryPosition.Last(row.Keys.Key));

    /// <summary>How many segments an instance has, without reading them.</summary>
    public int CountSegments(InstanceRow row) => Read(
        "SELECT count(*) FROM history WHERE position BETWEEN $1 AND $2",
        reader => reader.GetInt32(0),
        HistoryPosition.First(row.Keys.Key),
        HistoryPosition.Last(row.Keys.Key))[0];

    /// <summary>The instances that a query asks for, from behind a key on; null means from the first.</summary>
    public List<InstanceRow> List(OrchestrationQuery query, long? behindKey, int limit)
    {
        var (comparison, order, first) = query.NewestFirst ? ("<", "DESC", long.MaxValue) : (">", "ASC", 0L);
        var where = new StringBuilder($"key {comparison} $1");
        var values = new List<object> { behindKey ?? first };
        void And(string condition, object value)
        {
            values.Add(value);
            where.Append(" AND ").Append(condition.Replace("$", $"${values.Count}", StringComparison.Ordinal));
        }

        if (query.Statuses is { Count: > 0 } statuses)
            where.Append(" AND status IN (").AppendJoin(',', statuses.Select(status => (int)status)).Append(')');
        if (query.Name is { } name) And("name = $", name);
        if (query.RootsOnly) where.Append(" AND parent_key IS NULL");
        if (query.InstanceIdPrefix is { Length: > 0 } prefix)
        {
            // A range, unlike LIKE, uses the index and knows no wildcards.
            And("id >= $", prefix);
            And("id < $", prefix + LastCharacter);
        }

        if (query.CreatedFrom is { } from) And("created_at >= $", from.ToUnixTimeMilliseconds());
        if (query.CreatedTo is { } to) And("created_at < $", to.ToUnixTimeMilliseconds());
        if (query.UpdatedFrom is { } updated) And("updated_at >= $", updated.ToUnixTimeMilliseconds());
        values.Add(limit);
        var columns = query.FetchInputsAndOutputs ? _rows.Columns : _rows.ColumnsWithoutPayloads;
        return Rows($"SELECT {columns} FROM instances WHERE {where} ORDER BY key {order} LIMIT ${values.Count}", [.. values]);
    }

    /// <summary>Reads what a start must know: who has work open, who has not been told, who sleeps until when.</summary>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params object[] values)
    {
        using var connection = connections.Open();
        try
        {
            using var command = Command(connection, sql, values);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read()) rows.Add(read(reader));
            return rows;
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Translate(e, connections.Path, EngineFile.Fail);
        }
    }

    private List<InstanceRow> Rows(string sql, params object[] values) => Read(
        sql,
        reader =>
        {
            var row = _rows.Read(reader);
            row.ThrowIfDamaged(RowPart.Identity);
            row.ThrowIfDamaged(RowPart.State);
            return row;
        },
        values);

    private static SqliteCommand Command(SqliteConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command;
    }

    private Segment ReadSegment(InstanceRow row, long position, long checksum, byte[] bytes)
    {
        if (HistoryPosition.Checksum(position, bytes) != checksum)
            throw Unreadable(row, position, "does not match its checksum. Restore the database from a copy");
        try
        {
            return SegmentReader.Read(bytes);
        }
        catch (JsonException e)
        {
            throw Unreadable(row, position, $"is of a kind that this version does not know ({e.Message})", e);
        }
    }

    private EngineException Unreadable(InstanceRow row, long position, string why, Exception? inner = null) => new(
        EngineErrorKind.Corrupt,
        $"The database '{connections.Path}' is damaged: segment {HistoryPosition.SegmentOf(position)} of instance " +
        $"'{row.Id}' {why}.",
        inner);
}
