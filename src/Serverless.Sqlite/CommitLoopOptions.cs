namespace Serverless.Sqlite;

/// <summary>What the owner of a file wants of its writer.</summary>
public sealed record CommitLoopOptions
{
    /// <summary>Changes that may wait for a commit. Beyond it, whoever writes waits.</summary>
    public required int MaxQueuedWrites { get; init; }

    /// <summary>The time that a commit begins with, by whatever clock <see cref="EndCommit"/> knows.</summary>
    public Func<long> BeginCommit { get; init; } = static () => 0;

    /// <summary>A commit is on the disk: when it began, and how many changes shared it.</summary>
    public Action<long, int> EndCommit { get; init; } = static (_, _) => { };

    /// <summary>Called after each commit, before anybody is told of it. For tests.</summary>
    public Action? AfterCommit { get; init; }

    /// <summary>Called once if the disk refuses, before anybody is told of it.</summary>
    public Action OnBroken { get; init; } = static () => { };

    /// <summary>False when somebody else calls <see cref="CommitLoop{TStatements}.CommitQueued"/>.</summary>
    public bool HasThread { get; init; } = true;
}
