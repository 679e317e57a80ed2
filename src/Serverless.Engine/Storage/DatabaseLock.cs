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

    /// <exception cref="EngineException">Another process holds it, or the folder cannot be written.</exception>
    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        FileStream file;
        try
        {
            // Not deleted on dispose: a process that waits on the old file would otherwise hold a lock nobody sees.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EngineException(EngineErrorKind.Disk, $"The file '{path}' cannot be written ({e.Message}).", e);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new EngineException(
                EngineErrorKind.InUse,
                $"The database '{databasePath}' is in use by {Owner(path)}. One process works on it at a time: wait for " +
                "that process, stop it, or choose another folder.",
                e);
        }

        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return new DatabaseLock(file);
    }

    public void Dispose() => _file.Dispose();

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
