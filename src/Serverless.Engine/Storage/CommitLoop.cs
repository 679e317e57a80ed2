using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>A change of the database that is committed together with whatever else is queued.</summary>
internal abstract class Write
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the change is on the disk.</summary>
    public Task Committed => _committed.Task;

    /// <summary>Whether pages were freed that the file system should get back.</summary>
    public virtual bool FreesSpace => false;

    /// <summary>Makes the change. Called once, inside a transaction that others share: it must not throw for a reason
    /// that concerns only itself.</summary>
    public abstract void Apply(WriteStatements db);

    public void Complete() => _committed.TrySetResult();

    public void Fail(Exception exception) => _committed.TrySetException(exception);
}

/// <summary>
/// The one writer. Every commit takes all that is queued, so that the price of an fsync is shared by however many wait
/// for it.
/// </summary>
internal sealed class CommitLoop : IDisposable
{
    private readonly Database _database;
    private readonly WriteStatements _statements;
    private readonly Thread? _thread;
    private readonly List<Write> _batch = [];
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(
        new BoundedChannelOptions(EngineLimits.MaxQueuedWrites) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource<EngineException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Action? _afterCommit;
    private readonly Action _onBroken;
    private readonly EngineInstruments _instruments;

    /// <param name="database">What is written to.</param>
    /// <param name="instruments">Measures commits.</param>
    /// <param name="afterCommit">Called after each commit, before anybody is told of it. For tests.</param>
    /// <param name="onBroken">Called once if the disk refuses, before anybody is told of it.</param>
    /// <param name="hasThread">False when somebody else calls <see cref="CommitQueued"/>.</param>
    public CommitLoop(
        Database database, EngineInstruments instruments, Action? afterCommit, Action onBroken, bool hasThread)
    {
        _database = database;
        _instruments = instruments;
        _afterCommit = afterCommit;
        _onBroken = onBroken;
        _statements = new WriteStatements(database.Writer);
        if (!hasThread) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "commit" };
        _thread.Start();
    }

    /// <summary>Completes if the disk refuses: nothing is written any more.</summary>
    public Task<EngineException> Broken => _broken.Task;

    /// <summary>How many changes wait for a commit.</summary>
    public int Queued => _queue.Reader.Count;

    /// <summary>How many transactions were committed.</summary>
    public long Commits { get; private set; }

    /// <summary>Queues a change and waits until it is on the disk.</summary>
    /// <exception cref="EngineException">It is not: the disk refused, or the loop has been stopped.</exception>
    public async Task WriteAsync(Write write)
    {
        try
        {
            await _queue.Writer.WriteAsync(write);
        }
        catch (ChannelClosedException e)
        {
            throw e.InnerException ?? EngineException.Stopped();
        }

        await write.Committed;
    }

    /// <summary>Commits what is queued and tells who waits for it. Called by one thread at a time.</summary>
    /// <returns>False when the disk refused.</returns>
    public bool CommitQueued()
    {
        while (_batch.Count < EngineLimits.MaxQueuedWrites && _queue.Reader.TryRead(out var write)) _batch.Add(write);
        try
        {
            CommitBatch(_batch);
        }
        catch (Exception e)
        {
            Break(_batch, e);
            return false;
        }

        foreach (var write in _batch) write.Complete();
        _batch.Clear();
        return true;
    }

    /// <summary>Commits what is queued and stops.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _thread?.Join();
        _statements.Dispose();
    }

    private void Run()
    {
        while (WaitForWrites() && CommitQueued())
        {
        }
    }

    private bool WaitForWrites()
    {
        var available = _queue.Reader.WaitToReadAsync();
        return available.IsCompleted ? available.Result : available.AsTask().GetAwaiter().GetResult();
    }

    private void CommitBatch(List<Write> batch)
    {
        var begunAt = _instruments.BeginCommit();
        _statements.Begin.Execute();
        try
        {
            foreach (var write in batch) write.Apply(_statements);
            _statements.Commit.Execute();
        }
        catch
        {
            Rollback();
            throw;
        }

        Commits++;
        _instruments.EndCommit(begunAt, batch.Count);
        _afterCommit?.Invoke();
        if (batch.Exists(write => write.FreesSpace)) Vacuum();
    }

    private void Rollback()
    {
        try
        {
            _statements.Rollback.Execute();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself, which it does when the disk is full.
        }
    }

    private void Vacuum()
    {
        using var command = _database.Writer.CreateCommand();
        try
        {
            // Frees one page a row, so all rows must be read.
            command.CommandText = "PRAGMA incremental_vacuum";
            using (var pages = command.ExecuteReader())
            {
                while (pages.Read())
                {
                }
            }

            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // What was asked for is committed; the space comes back with the next purge.
        }
    }

    /// <summary>After a failed commit nobody can know what the disk holds; the next start reads it afresh.</summary>
    private void Break(List<Write> batch, Exception e)
    {
        var reason = e is SqliteException sqlite
            ? SqliteErrors.Translate(sqlite, _database.Path)
            : new EngineException(EngineErrorKind.Disk, $"A write to '{_database.Path}' failed: {e.Message}", e);
        _queue.Writer.TryComplete(reason);
        _onBroken();
        foreach (var write in batch) write.Fail(reason);
        while (_queue.Reader.TryRead(out var write)) write.Fail(reason);
        _broken.TrySetResult(reason);
    }
}
