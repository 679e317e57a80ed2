using System.Globalization;

namespace Serverless.Sqlite;

/// <summary>
/// Keeps a second process away. The operating system drops the lock with the process, however it dies, so nothing is
/// ever left to clean up. The pid is only for the message, and lies in a file of its own: a locked one cannot be read.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _pidPath;

    private DatabaseLock(FileStream file, string pidPath)
    {
        _file = file;
        _pidPath = pidPath;
    }

    /// <summary>Takes it. Fails when another process holds it, or the folder is missing or cannot be written.</summary>
    public static DatabaseLock Take(string databasePath, SqliteFileFailure fail)
    {
        var path = databasePath + ".lock";
        try
        {
            // Not deleted on dispose: a process that waits on the old file would otherwise hold a lock nobody sees.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return WithOwner(file, databasePath + ".pid");
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw fail(
                SqliteFileErrorKind.InUse,
                $"The database '{databasePath}' is in use by {Owner(databasePath + ".pid")}. One process works on it at a " +
                "time: wait for that process, stop it, or choose another folder.",
                e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw fail(
                SqliteFileErrorKind.Disk,
                $"The folder of the database '{databasePath}' does not exist. Create it, or choose another.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw fail(SqliteFileErrorKind.Disk, $"The file '{path}' cannot be written ({e.Message}).", e);
        }
    }

    public void Dispose()
    {
        File.Delete(_pidPath);
        _file.Dispose();
    }

    private static DatabaseLock WithOwner(FileStream file, string pidPath)
    {
        try
        {
            File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DatabaseLock(file, pidPath);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The system's own code for it: EWOULDBLOCK of Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Owner(string pidPath)
    {
        try
        {
            return File.ReadAllText(pidPath) is { Length: > 0 } pid ? $"process {pid}" : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is just starting or stopping, or somebody else's: the owner stays unnamed.
            return "another process";
        }
    }
}
