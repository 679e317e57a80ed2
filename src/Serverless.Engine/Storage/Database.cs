using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>The SQLite file: one connection that writes, as many as needed that read.</summary>
internal sealed class Database : IDisposable
{
    private readonly DatabaseLock _lock;
    private readonly string _readerConnectionString;
    private volatile bool _disposed;

    private Database(string path, DatabaseLock held, SqliteConnection writer)
    {
        Path = path;
        _lock = held;
        Writer = writer;
        _readerConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = true,
        }.ToString();
    }

    public string Path { get; }

    /// <summary>Only the commit loop touches it.</summary>
    public SqliteConnection Writer { get; }

    /// <summary>Takes the lock, opens or creates the file and brings it to this version.</summary>
    /// <exception cref="EngineException">Any of that failed; the message says what to do.</exception>
    public static Database Open(string path)
    {
        var held = DatabaseLock.Take(path);
        var writer = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        try
        {
            writer.Open();
            var version = Schema.Check(writer, path);
            Prepare(writer);
            Schema.Migrate(writer, version);
            return new Database(path, held, writer);
        }
        catch (Exception e)
        {
            writer.Dispose();
            held.Dispose();
            if (e is SqliteException sqlite) throw SqliteErrors.Translate(sqlite, path);
            throw;
        }
    }

    /// <summary>A connection that sees what is committed. The caller disposes it; the pool keeps it warm.</summary>
    /// <exception cref="EngineException">The engine has been stopped, or the disk refuses.</exception>
    public SqliteConnection OpenReader()
    {
        if (_disposed) throw EngineException.Stopped();
        var reader = new SqliteConnection(_readerConnectionString);
        try
        {
            reader.Open();
        }
        catch (SqliteException e)
        {
            reader.Dispose();
            throw SqliteErrors.Translate(e, Path);
        }

        return reader;
    }

    public void Dispose()
    {
        _disposed = true;

        // The writer goes last: only it can move the write-ahead log into the database as it closes.
        using (var any = new SqliteConnection(_readerConnectionString)) SqliteConnection.ClearPool(any);
        Writer.Dispose();
        _lock.Dispose();
    }

    private static void Prepare(SqliteConnection writer)
    {
        using var command = writer.CreateCommand();

        // FULL: a commit returns only when it is on the disk. Incremental vacuum lets a purge give space back.
        command.CommandText = """
            PRAGMA auto_vacuum = INCREMENTAL;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA busy_timeout = 5000;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -16000;
            """;
        command.ExecuteNonQuery();
    }
}
