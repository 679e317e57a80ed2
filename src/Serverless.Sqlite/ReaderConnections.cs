using Microsoft.Data.Sqlite;

namespace Serverless.Sqlite;

/// <summary>Connections that see what is committed. They take no lock, so another process may own the database.</summary>
/// <param name="path">The database.</param>
/// <param name="fail">Makes the owner's exceptions.</param>
/// <param name="mode">Read-only beside a writer. Alone, read-write though nothing is written: only such a connection
/// takes the write-ahead log away when it closes.</param>
public sealed class ReaderConnections(
    string path, SqliteFileFailure fail, SqliteOpenMode mode = SqliteOpenMode.ReadOnly) : IDisposable
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = true,
    }.ToString();

    private volatile bool _disposed;

    /// <summary>The database.</summary>
    public string Path => path;

    /// <summary>Opens one. The caller disposes it; the pool keeps it warm. Fails when the file has been closed, or cannot be
    /// opened.</summary>
    public SqliteConnection Open()
    {
        if (_disposed) throw fail(SqliteFileErrorKind.Stopped, $"The database '{path}' has been closed.", null);
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.Translate(e, path, fail);
        }

        return connection;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        using var any = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(any);
    }
}
