using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Durable;
using Serverless.Engine.Runtime;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine;

/// <summary>The embedded durable engine: one process, one SQLite file, nothing to install.</summary>
public sealed class DurableEngine : IAsyncDisposable
{
    private readonly SqliteFile _database;
    private readonly EngineCore _core;

    private DurableEngine(SqliteFile database, EngineCore core)
    {
        _database = database;
        _core = core;
        Client = new EmbeddedClient(core);
        Broken = WatchAsync();
    }

    /// <summary>Starts, watches and steers instances of this engine.</summary>
    public DurableClient Client { get; }

    /// <summary>Completes if the disk refuses to work. Nothing is run or written any more; start again once it does.
    /// </summary>
    public Task<EngineException> Broken { get; }

    /// <summary>How many transactions were committed since the start.</summary>
    public long Commits => _core.Commits.Commits;

    /// <summary>How many instances are in memory.</summary>
    public int InstancesInMemory => _core.Instances.Count;

    /// <summary>The parts, for simulations.</summary>
    internal EngineCore Core => _core;

    /// <summary>Opens the database and takes up what is unfinished.</summary>
    /// <exception cref="EngineException">The database is in use, damaged, too new, or the disk refuses.</exception>
    public static DurableEngine Start(
        EngineOptions options, DurableRegistry registry, TimeProvider? time = null, ILoggerFactory? loggers = null) =>
        Start(options, registry, time, loggers, new EngineHooks());

    internal static DurableEngine Start(
        EngineOptions options, DurableRegistry registry, TimeProvider? time, ILoggerFactory? loggers, EngineHooks hooks)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(registry);
        options.Validate();
        var database = EngineFile.Open(options.DatabasePath);
        EngineCore? core = null;
        try
        {
            hooks.Opened?.Invoke(database.Writer);
            core = new EngineCore(
                options,
                database,
                registry,
                time ?? TimeProvider.System,
                loggers ?? NullLoggerFactory.Instance,
                hooks);
            if (options.ActivateAll) Recovery.Run(core, rootKey: null);
            return new DurableEngine(database, core);
        }
        catch (Exception e)
        {
            core?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            database.Dispose();
            if (e is Microsoft.Data.Sqlite.SqliteException sqlite)
                throw SqliteErrors.Translate(sqlite, options.DatabasePath, EngineFile.Fail);
            throw;
        }
    }

    /// <summary>Takes up one unfinished root instance and what it started, when not all were at the start.</summary>
    /// <returns>False when there is none of that id, or it has ended.</returns>
    public bool Activate(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        if (_core.Reader.Find(instanceId) is not { } row || row.Status.IsEnded()) return false;
        Recovery.Run(_core, row.Keys.RootKey);
        return true;
    }

    /// <summary>Reads everything once: SQLite's structure, every segment's checksum and JSON, the checksums of every row
    /// (who the instance is, how it stands, its input, output, failure and custom status), and whether each row tells the
    /// end that its history tells. Rows that a version before schema 3 wrote have no checksums until they are written
    /// again; the flag that a parent was told of its child's end has none.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    /// <exception cref="EngineException">The engine has been stopped, or the file cannot be opened.</exception>
    public Task<IReadOnlyList<DatabaseFinding>> CheckAsync() => Task.Run(() => DatabaseCheck.Run(_database.Readers));

    /// <summary>Stops: activities under way are cancelled, what is decided is written, instances stay as they are.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        _database.Dispose();
    }

    /// <summary>Lets go of the files as a dying process does: nothing that is queued is written, nobody is told. Only for
    /// an engine without threads of its own.</summary>
    internal void Abandon() => _database.Dispose();

    private async Task<EngineException> WatchAsync()
    {
        var reason = (EngineException)await _core.Commits.Broken;
        _core.Waiters.FailAll(reason);
        await _core.StopActivitiesAsync();
        return reason;
    }
}
