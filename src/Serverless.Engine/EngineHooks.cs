using Microsoft.Data.Sqlite;
using Serverless.Engine.Runtime;

namespace Serverless.Engine;

/// <summary>Where tests reach into a running engine.</summary>
internal sealed record EngineHooks
{
    /// <summary>Called after each commit, on the committing thread, before anybody is told of it.</summary>
    public Action? AfterCommit { get; init; }

    /// <summary>Called, on any thread, when nothing is at work any more.</summary>
    public Action? AtRest { get; init; }

    /// <summary>Called with the connection that writes, before anything is written.</summary>
    public Action<SqliteConnection>? Opened { get; init; }

    /// <summary>Runs the engine's work in the place of the thread pool, and then also calls
    /// <see cref="Sqlite.CommitLoop{TStatements}.CommitQueued"/> in the place of the committing thread. Null in production.</summary>
    public IWorkScheduler? Scheduler { get; init; }
}
