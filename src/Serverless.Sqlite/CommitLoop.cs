using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Serverless.Sqlite;

/// <summary>
/// The one writer. Every commit takes all that is queued, so that the price of an fsync is shared by however many wait
/// for it.
/// </summary>
/// <typeparam name="TStatements">The statements that changes are made with.</typeparam>
public sealed class CommitLoop<TStatements> : IDisposable
    where TStatements : IDisposable
{
    private readonly SqliteFile _file;
    private readonly TStatements _statements;
    private readonly CommitLoopOptions _options;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Thread? _thread;
    private readonly List<Write<TStatements>> _batch = [];
    private readonly Channel<Write<TStatements>> _queue;

    private readonly TaskCompletionSource<Exception> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to commit.</summary>
    /// <param name="file">What is written to.</param>
    /// <param name="statements">Prepared on the file's writer; disposed of with the loop.</param>
    /// <param name="options">What the owner wants.</param>
    public CommitLoop(SqliteFile file, TStatements statements, CommitLoopOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        _file = file;
        _statements = statements;
        _options = options;
        _begin = new Statement(file.Writer, "BEGIN IMMEDIATE", 0);
        _commit = new Statement(file.Writer, "COMMIT", 0);
        _rollback = new Statement(file.Writer, "ROLLBACK", 0);
        _queue = Channel.CreateBounded<Write<TStatements>>(
            new BoundedChannelOptions(options.MaxQueuedWrites) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        if (!options.HasThread) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "commit" };
        _thread.Start();
    }

    /// <summary>Completes if the disk refuses: nothing is written any more.</summary>
    public Task<Exception> Broken => _broken.Task;

    /// <summary>How many changes wait for a commit.</summary>
    public int Queued => _queue.Reader.Count;

    /// <summary>How many transactions were committed.</summary>
    public long Commits { get; private set; }

    /// <summary>Queues a change and waits until it is on the disk. Fails as the owner says when it is not: the disk refused, or
    /// the loop has been stopped.</summary>
    public async Task WriteAsync(Write<TStatements> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            await _queue.Writer.WriteAsync(write);
        }
        catch (ChannelClosedException e)
        {
            throw e.InnerException ?? _file.Fail(SqliteFileErrorKind.Stopped, $"The database '{_file.Path}' has been closed.", e);
        }

        await write.Committed;
    }

    /// <summary>Commits what is queued and tells who waits for it. Called by one thread at a time.</summary>
    /// <returns>False when the disk refused.</returns>
    public bool CommitQueued()
    {
        while (_batch.Count < _options.MaxQueuedWrites && _queue.Reader.TryRead(out var write)) _batch.Add(write);
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
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
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

    private void CommitBatch(List<Write<TStatements>> batch)
    {
        var begunAt = _options.BeginCommit();
        _begin.Execute();
        try
        {
            foreach (var write in batch) write.Apply(_statements);
            _commit.Execute();
        }
        catch
        {
            Rollback();
            throw;
        }

        Commits++;
        _options.EndCommit(begunAt, batch.Count);
        _options.AfterCommit?.Invoke();
        if (batch.Exists(write => write.FreesSpace)) Vacuum();
    }

    private void Rollback()
    {
        try
        {
            _rollback.Execute();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself, which it does when the disk is full.
        }
    }

    private void Vacuum()
    {
        using var command = _file.Writer.CreateCommand();
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
    private void Break(List<Write<TStatements>> batch, Exception e)
    {
        var reason = e is SqliteException sqlite
            ? SqliteErrors.Translate(sqlite, _file.Path, _file.Fail)
            : _file.Fail(SqliteFileErrorKind.Disk, $"A write to '{_file.Path}' failed: {e.Message}", e);
        _queue.Writer.TryComplete(reason);
        _options.OnBroken();
        foreach (var write in batch) write.Fail(reason);
        while (_queue.Reader.TryRead(out var write)) write.Fail(reason);
        _broken.TrySetResult(reason);
    }
}
