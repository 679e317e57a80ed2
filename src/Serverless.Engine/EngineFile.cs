using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine;

/// <summary>The engine's name for what goes wrong with its file.</summary>
internal static class EngineFile
{
    /// <exception cref="EngineException">It cannot be opened; the message says what to do.</exception>
    public static SqliteFile Open(string path) => SqliteFile.Open(path, Schema.Tables, Fail);

    /// <summary>Makes the engine's exceptions.</summary>
    public static Exception Fail(SqliteFileErrorKind kind, string message, Exception? inner) => kind switch
    {
        SqliteFileErrorKind.InUse => new EngineException(EngineErrorKind.InUse, message, inner),
        SqliteFileErrorKind.NewerVersion => new EngineException(EngineErrorKind.NewerVersion, message, inner),
        SqliteFileErrorKind.Corrupt => new EngineException(EngineErrorKind.Corrupt, message, inner),
        SqliteFileErrorKind.DiskFull => new EngineException(EngineErrorKind.DiskFull, message, inner),
        SqliteFileErrorKind.Stopped => EngineException.Stopped(),
        _ => new EngineException(EngineErrorKind.Disk, message, inner),
    };
}
