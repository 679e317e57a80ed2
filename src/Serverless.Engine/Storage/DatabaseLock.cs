using System.Globalization;

namespace Serverless.Engine.Storage;

/// <summary>
/// Keeps a second process away. The operating system drops the lock with the process, however it dies, so nothing is
/// ever left to clean up; the file that names the owner is only for the message.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _ownerFile;

    private DatabaseLock(FileStream file, string ownerFile)
    {
        _file = file;
        _ownerFile = ownerFile;
        try
        {
            File.WriteAllText(ownerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="EngineException">Another process holds it, or the folder is missing or cannot be written.
    /// </exception>
    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            // Not deleted on dispose: a process that waits on the old file would otherwise hold a lock nobody sees.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DatabaseLock(file, OwnerFile(databasePath));
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new EngineException(
                EngineErrorKind.InUse,
                $"The database '{databasePath}' is in use by {Owner(databasePath)}. One process works on it at a time: wait for " +
                "that process, stop it, or choose another folder.",
                e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new EngineException(
                EngineErrorKind.Disk,
                $"The folder of the database '{databasePath}' does not exist. Create it, or choose another.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineErrorKind.Disk, $"The file '{path}' cannot be written ({e.Message}).", e);
        }
    }

    public void Dispose()
    {
        File.Delete(_ownerFile);
        _file.Dispose();
    }

    /// <summary>The system's own code for it: EWOULDBLOCK of Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Beside the lock, because who holds a lock keeps others from reading the file.</summary>
    private static string OwnerFile(string databasePath) => databasePath + ".owner";

    private static string Owner(string databasePath)
    {
        try
        {
            return File.ReadAllText(OwnerFile(databasePath)) is { Length: > 0 } pid ? $"process {pid}" : "another process";
        }
        catch (IOException)
        {
            // It is just taking the lock and has not said its name yet.
            return "another process";
        }
    }
}
