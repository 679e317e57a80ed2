using Microsoft.Data.Sqlite;
using Serverless.Durable;

namespace Serverless.Engine.Storage;

/// <summary>Reads rows of instances and compares each part with its checksum.</summary>
/// <param name="path">The database, for messages.</param>
/// <param name="hasChecksums">False for a database of an older version that nobody has brought to this one.</param>
internal sealed class RowReader(string path, bool hasChecksums)
{
    private const string StateColumns = "key, status, updated_at, open_activities, wake_at, cascade";

    private const string OtherColumns = "root_key, parent_key, parent_id, parent_task, id, name, created_at, reported";
    private const int Payloads = 4;

    /// <summary>What to select for <see cref="Read"/>.</summary>
    public string Columns { get; } = Select(["failure", "input", "output", "custom_status"], hasChecksums);

    /// <summary>The same without input, output and custom status.</summary>
    public string ColumnsWithoutPayloads { get; } = Select(["failure"], hasChecksums);

    /// <summary>What to select for <see cref="ReadStatus"/>.</summary>
    public string StatusColumns { get; } = $"{StateColumns}, {(hasChecksums ? "state_checksum" : "NULL")}";

    /// <summary>Reads a row whatever state it is in; <see cref="InstanceRow.Damaged"/> says which.</summary>
    public InstanceRow Read(SqliteDataReader reader)
    {
        var keys = new InstanceKeys(
            reader.GetInt64(0),
            reader.GetInt64(6),
            reader.IsDBNull(7) ? null : new(reader.GetInt64(7), reader.GetString(8), reader.GetInt32(9)));
        var state = State(reader);
        var row = new InstanceRow
        {
            DatabasePath = path,
            Keys = keys,
            Id = reader.GetString(10),
            Name = reader.GetString(11),
            Status = state.Status,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(12)),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(state.UpdatedAt),
            Reported = reader.GetInt32(13) != 0,
            Cascade = state.Cascade,
            StoredFailure = Bytes(reader, 14),
            StoredInput = Bytes(reader, 15),
            StoredOutput = Bytes(reader, 16),
            StoredCustomStatus = Bytes(reader, 17),
        };
        return hasChecksums ? row with { Damaged = Damaged(reader, row, state) } : row;
    }

    /// <exception cref="EngineException">It does not match its checksum.</exception>
    public OrchestrationRuntimeStatus ReadStatus(SqliteDataReader reader, string id)
    {
        var state = State(reader);
        return Matches(reader, 6, RowChecksums.State(reader.GetInt64(0), state))
            ? state.Status
            : throw InstanceRow.Damage(path, id, RowPart.State);
    }

    /// <summary>What is not selected is NULL, and so is its checksum.</summary>
    private static string Select(IEnumerable<string> payloads, bool hasChecksums)
    {
        var columns = new List<string> { StateColumns, OtherColumns };
        var unselected = Enumerable.Repeat("NULL", Payloads - payloads.Count());
        columns.AddRange([.. payloads, .. unselected]);
        if (hasChecksums)
        {
            columns.AddRange(["identity_checksum", "state_checksum"]);
            columns.AddRange([.. payloads.Select(payload => $"{payload}_checksum"), .. unselected]);
        }

        return string.Join(", ", columns);
    }

    private static RowState State(SqliteDataReader reader) => new(
        (OrchestrationRuntimeStatus)reader.GetInt64(1),
        reader.GetInt64(2),
        reader.GetInt64(3),
        reader.IsDBNull(4) ? null : reader.GetInt64(4),
        reader.GetInt64(5) != 0);

    private static List<RowPart> Damaged(SqliteDataReader reader, InstanceRow row, in RowState state)
    {
        List<RowPart>? damaged = null;
        var key = row.Keys.Key;
        Compare(18, RowPart.Identity, RowChecksums.Identity(row.Keys, row.Id, row.Name, row.CreatedAt.ToUnixTimeMilliseconds()));
        Compare(19, RowPart.State, RowChecksums.State(key, state));
        ComparePayload(20, RowPart.Failure, row.StoredFailure);
        ComparePayload(21, RowPart.Input, row.StoredInput);
        ComparePayload(22, RowPart.Output, row.StoredOutput);
        ComparePayload(23, RowPart.CustomStatus, row.StoredCustomStatus);
        return damaged ?? [];

        void ComparePayload(int column, RowPart part, ReadOnlyMemory<byte> bytes) =>
            Compare(column, part, RowChecksums.Payload(key, part, bytes.Span));

        void Compare(int column, RowPart part, int checksum)
        {
            if (!Matches(reader, column, checksum)) (damaged ??= []).Add(part);
        }
    }

    private static bool Matches(SqliteDataReader reader, int column, int checksum) =>
        reader.IsDBNull(column) || reader.GetInt64(column) == checksum;

    private static ReadOnlyMemory<byte> Bytes(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? default : (byte[])reader[column];
}
