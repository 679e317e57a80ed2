using Serverless.Sqlite;

namespace Serverless.Pods;

/// <summary>The queue cannot work on its file. What was acknowledged before is safe.</summary>
public sealed class QueueException(SqliteFileErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public SqliteFileErrorKind Kind { get; } = kind;

    internal static Exception Of(SqliteFileErrorKind kind, string message, Exception? inner) =>
        new QueueException(kind, message, inner);
}
