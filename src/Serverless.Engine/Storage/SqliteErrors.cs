using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>SQLite's result codes in words that help.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static EngineException Translate(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new(
            EngineErrorKind.Corrupt,
            $"The database '{path}' is damaged or is no fanout database ({e.Message}). Restore it from a copy, or move it " +
            "away to begin afresh.",
            e),
        Full => new(
            EngineErrorKind.DiskFull,
            $"The disk that holds '{path}' is full. Nothing acknowledged is lost: make room and start again.",
            e),
        Busy => new(EngineErrorKind.InUse, $"The database '{path}' is locked by another program ({e.Message}).", e),
        CannotOpen => new(EngineErrorKind.Disk, $"The database '{path}' cannot be opened ({e.Message}).", e),
        ReadOnly => new(EngineErrorKind.Disk, $"The database '{path}' cannot be written ({e.Message}).", e),
        _ => new(
            EngineErrorKind.Disk,
            $"The disk refused to work on '{path}' ({e.Message}). Nothing acknowledged is lost.",
            e),
    };
}
