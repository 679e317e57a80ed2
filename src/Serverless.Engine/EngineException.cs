namespace Serverless.Engine;

/// <summary>What keeps the engine from working.</summary>
public enum EngineErrorKind
{
    /// <summary>Another process owns the database.</summary>
    InUse,

    /// <summary>A newer version wrote the database.</summary>
    NewerVersion,

    /// <summary>The file is no database, or a damaged one.</summary>
    Corrupt,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The disk refuses to read or write.</summary>
    Disk,

    /// <summary>The engine has been stopped.</summary>
    Stopped,
}

/// <summary>The engine cannot work on its database. What was acknowledged before is safe.</summary>
public sealed class EngineException(EngineErrorKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public EngineErrorKind Kind { get; } = kind;

    internal static EngineException Stopped() => new(EngineErrorKind.Stopped, "The engine has been stopped.");
}
