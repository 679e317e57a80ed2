using System.Globalization;
using System.Text;

namespace Serverless.Engine.Storage;

/// <summary>
/// Keeps a second process away. The operating system drops the lock with the process, however it dies, so nothing is
/// ever left to clean up; the pid in the file is only for the message.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    /// <exception cref="EngineException">Another process holds it, or the folder is missing or cannot be written.
    /// </exception>
    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            // Not deleted on dispose: a process that waits on the old file would otherwise hold a lock nobody sees.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WriteOwner(file);
            return new DatabaseLock(file);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new EngineException(
                EngineErrorKind.InUse,
                $"The database '{databasePath}' is in use by {Owner(path)}. One process works on it at a time: wait for " +
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

    public void Dispose() => _file.Dispose();

    private static void WriteOwner(FileStream file)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The system's own code for it: EWOULDBLOCK of Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Owner(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd() is { Length: > 0 } pid ? $"process {pid}" : "another process";
        }
        catch (IOException)
        {
            // Where the lock forbids reading as well, the owner stays unnamed.
            return "another process";
        }
    }
}
