namespace Serverless.Sqlite;

/// <summary>A change of the database that is committed together with whatever else is queued.</summary>
/// <typeparam name="TStatements">The statements that it is made with.</typeparam>
public abstract class Write<TStatements>
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the change is on the disk.</summary>
    public Task Committed => _committed.Task;

    /// <summary>Whether pages were freed that the file system should get back.</summary>
    public virtual bool FreesSpace => false;

    /// <summary>Makes the change. Called once, inside a transaction that others share: it must not throw for a reason
    /// that concerns only itself.</summary>
    public abstract void Apply(TStatements db);

    internal void Complete() => _committed.TrySetResult();

    internal void Fail(Exception exception) => _committed.TrySetException(exception);
}
