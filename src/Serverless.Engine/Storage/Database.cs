using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>The SQLite file: one connection that writes, as many as needed that read.</summary>
internal sealed class Database : IDisposable
{
    private readonly DatabaseLock _lock;
    private Database(string path, DatabaseLock held, SqliteConnection writer)
    {
        Path = path;
        _lock = held;
        Writer = writer;
        Readers = new ReaderConnections(path);
    }

    public string Path { get; }

    /// <summary>For whoever reads.</summary>
    public ReaderConnections Readers { get; }

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

    public void Dispose()
    {
        // The writer goes last: only it can move the write-ahead log into the database as it closes.
        Readers.Dispose();
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
