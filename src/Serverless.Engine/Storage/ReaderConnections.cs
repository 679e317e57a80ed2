using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>Connections that see what is committed. They take no lock, so another process may own the database.</summary>
/// <param name="path">The database.</param>
/// <param name="mode">Read-only beside a writer. Alone, read-write though nothing is written: only such a connection
/// takes the write-ahead log away when it closes.</param>
internal sealed class ReaderConnections(string path, SqliteOpenMode mode = SqliteOpenMode.ReadOnly) : IDisposable
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = true,
    }.ToString();

    private volatile bool _disposed;

    public string Path => path;

    /// <summary>Opens one. The caller disposes it; the pool keeps it warm.</summary>
    /// <exception cref="EngineException">The engine has been stopped, or the file cannot be opened.</exception>
    public SqliteConnection Open()
    {
        if (_disposed) throw EngineException.Stopped();
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.Translate(e, path);
        }

        return connection;
    }

    public void Dispose()
    {
        _disposed = true;
        using var any = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(any);
    }
}
