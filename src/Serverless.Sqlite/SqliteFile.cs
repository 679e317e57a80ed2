using Microsoft.Data.Sqlite;

namespace Serverless.Sqlite;

/// <summary>A SQLite file that this process owns: one connection that writes, as many as needed that read.</summary>
public sealed class SqliteFile : IDisposable
{
    private readonly DatabaseLock _lock;

    private SqliteFile(string path, DatabaseLock held, SqliteConnection writer, SqliteFileFailure fail)
    {
        Path = path;
        _lock = held;
        Writer = writer;
        Fail = fail;
        Readers = new ReaderConnections(path, fail);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>For whoever reads.</summary>
    public ReaderConnections Readers { get; }

    /// <summary>Only the commit loop touches it.</summary>
    public SqliteConnection Writer { get; }

    /// <summary>Makes the owner's exceptions.</summary>
    public SqliteFileFailure Fail { get; }

    /// <summary>Takes the lock, opens or creates the file and brings it to this version. What fails, fails as
    /// <paramref name="fail"/> says.</summary>
    public static SqliteFile Open(string path, SqliteSchema schema, SqliteFileFailure fail)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(fail);
        var held = DatabaseLock.Take(path, fail);
        var writer = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        try
        {
            writer.Open();
            var version = schema.Check(writer, path, fail);
            Prepare(writer);
            schema.Migrate(writer, version);
            return new SqliteFile(path, held, writer, fail);
        }
        catch (Exception e)
        {
            writer.Dispose();
            held.Dispose();
            if (e is SqliteException sqlite) throw SqliteErrors.Translate(sqlite, path, fail);
            throw;
        }
    }

    /// <inheritdoc/>
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
