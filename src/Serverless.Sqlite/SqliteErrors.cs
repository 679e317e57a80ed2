using Microsoft.Data.Sqlite;

namespace Serverless.Sqlite;

/// <summary>SQLite's result codes in words that help.</summary>
public static class SqliteErrors
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>The owner's exception for a code.</summary>
    public static Exception Translate(SqliteException e, string path, SqliteFileFailure fail)
    {
        ArgumentNullException.ThrowIfNull(e);
        ArgumentNullException.ThrowIfNull(fail);
        var (kind, message) = InWords(e, path);
        return fail(kind, message, e);
    }

    private static (SqliteFileErrorKind Kind, string Message) InWords(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => (
            SqliteFileErrorKind.Corrupt,
            $"The database '{path}' is damaged or is no fanout database ({e.Message}). Restore it from a copy, or move it " +
            "away to begin afresh."),
        Full => (
            SqliteFileErrorKind.DiskFull,
            $"The disk that holds '{path}' is full. Nothing acknowledged is lost: make room and start again."),
        Busy => (SqliteFileErrorKind.InUse, $"The database '{path}' is locked by another program ({e.Message})."),
        CannotOpen => (SqliteFileErrorKind.Disk, $"The database '{path}' cannot be opened ({e.Message})."),
        ReadOnly => (SqliteFileErrorKind.Disk, $"The database '{path}' cannot be written ({e.Message})."),
        _ => (
            SqliteFileErrorKind.Disk,
            $"The disk refused to work on '{path}' ({e.Message}). Nothing acknowledged is lost."),
    };
}
