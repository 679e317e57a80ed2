using Microsoft.Data.Sqlite;

namespace Serverless.Pods;

/// <summary>Where tests reach into a queue.</summary>
internal sealed record QueueHooks
{
    /// <summary>Called after each commit, before anybody is told of it.</summary>
    public Action? AfterCommit { get; init; }

    /// <summary>Called with the connection that writes, before anything is written.</summary>
    public Action<SqliteConnection>? Opened { get; init; }

    /// <summary>False: no thread commits; the test does it.</summary>
    public bool Commits { get; init; } = true;

    /// <summary>False: no timer looks for stale jobs; the test does it.</summary>
    public bool Sweeps { get; init; } = true;
}
