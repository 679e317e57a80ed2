using Microsoft.Data.Sqlite;
using Serverless.Durable;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine;

/// <summary>Looks at a database, also while another process runs it. Changes nothing.</summary>
public sealed class DurableReader : IDisposable
{
    private readonly ReaderConnections _connections;
    private readonly InstanceReader _reader;

    private readonly bool _hasChecksums;

    private DurableReader(ReaderConnections connections, bool hasChecksums)
    {
        _connections = connections;
        _hasChecksums = hasChecksums;
        _reader = new InstanceReader(connections, hasChecksums);
    }

    /// <summary>Opens the database.</summary>
    /// <exception cref="EngineException">It is not there, damaged, too new, or another program's.</exception>
    public static DurableReader Open(string path)
    {
        var connections = new ReaderConnections(path, EngineFile.Fail, SqliteOpenMode.ReadWrite);
        try
        {
            using var connection = connections.Open();
            var version = Schema.Tables.Check(connection, path, EngineFile.Fail);
            return new DurableReader(connections, version >= Schema.FirstWithRowChecksums);
        }
        catch (Exception e)
        {
            connections.Dispose();
            if (e is SqliteException sqlite) throw SqliteErrors.Translate(sqlite, path, EngineFile.Fail);
            throw;
        }
    }

    /// <summary>The instance, or null when there is none of that id.</summary>
    public OrchestrationMetadata? Find(string instanceId, bool withPayloads = false) =>
        _reader.Find(instanceId) is { } row ? Listing.ToMetadata(row, withPayloads) : null;

    /// <summary>One page of instances, oldest first unless asked otherwise.</summary>
    public OrchestrationPage List(OrchestrationQuery query) => Listing.Read(_reader, query);

    /// <summary>Reads everything once: SQLite's structure, every segment's checksum and JSON, the checksums of every row
    /// (who the instance is, how it stands, its input, output, failure and custom status), and whether each row tells the
    /// end that its history tells. Rows that a version before schema 3 wrote have no checksums until they are written
    /// again; the flag that a parent was told of its child's end has none.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    /// <exception cref="EngineException">The file cannot be opened.</exception>
    public IReadOnlyList<DatabaseFinding> Check() => DatabaseCheck.Run(_connections, _hasChecksums);

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();
}
