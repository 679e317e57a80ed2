namespace Serverless.Sqlite;

/// <summary>What keeps a file from being worked on.</summary>
public enum SqliteFileErrorKind
{
    /// <summary>Another process owns it.</summary>
    InUse,

    /// <summary>A newer version wrote it.</summary>
    NewerVersion,

    /// <summary>It is no database, or a damaged one.</summary>
    Corrupt,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The disk refuses to read or write.</summary>
    Disk,

    /// <summary>It has been closed.</summary>
    Stopped,
}

/// <summary>Makes the exception that the file's owner throws in its own name.</summary>
/// <param name="kind">What is wrong.</param>
/// <param name="message">The same for people, with what to do.</param>
/// <param name="inner">What was caught.</param>
public delegate Exception SqliteFileFailure(SqliteFileErrorKind kind, string message, Exception? inner);
