using Microsoft.Data.Sqlite;

namespace Serverless.Engine;

/// <summary>Where tests reach into a running engine.</summary>
internal sealed record EngineHooks
{
    /// <summary>Called after each commit, on the committing thread, before anybody is told of it.</summary>
    public Action? AfterCommit { get; init; }

    /// <summary>Called with the connection that writes, before anything is written.</summary>
    public Action<SqliteConnection>? Opened { get; init; }
}
