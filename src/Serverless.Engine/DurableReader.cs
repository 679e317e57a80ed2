using Microsoft.Data.Sqlite;
using Serverless.Durable;
using Serverless.Engine.Storage;

namespace Serverless.Engine;

/// <summary>Looks at a database, also while another process runs it. Changes nothing.</summary>
public sealed class DurableReader : IDisposable
{
    private readonly ReaderConnections _connections;
    private readonly InstanceReader _reader;

    private DurableReader(ReaderConnections connections)
    {
        _connections = connections;
        _reader = new InstanceReader(connections);
    }

    /// <summary>Opens the database.</summary>
    /// <exception cref="EngineException">It is not there, damaged, too new, or another program's.</exception>
    public static DurableReader Open(string path)
    {
        var connections = new ReaderConnections(path, SqliteOpenMode.ReadWrite);
        try
        {
            using var connection = connections.Open();
            Schema.Check(connection, path);
            return new DurableReader(connections);
        }
        catch (Exception e)
        {
            connections.Dispose();
            if (e is SqliteException sqlite) throw SqliteErrors.Translate(sqlite, path);
            throw;
        }
    }

    /// <summary>The instance, or null when there is none of that id.</summary>
    public OrchestrationMetadata? Find(string instanceId, bool withPayloads = false) =>
        _reader.Find(instanceId) is { } row ? Listing.ToMetadata(row, withPayloads) : null;

    /// <summary>One page of instances, oldest first unless asked otherwise.</summary>
    public OrchestrationPage List(OrchestrationQuery query) => Listing.Read(_reader, query);

    /// <summary>Reads everything once: SQLite's structure, every segment's checksum and JSON, and whether each instance's
    /// row tells the end that its history tells. Inputs, custom statuses, names and times in rows have no checksum: a
    /// changed one is found only where SQLite's own check finds it.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    /// <exception cref="EngineException">The file cannot be opened.</exception>
    public IReadOnlyList<DatabaseFinding> Check() => DatabaseCheck.Run(_connections);

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();
}
