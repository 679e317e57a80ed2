namespace Serverless.Engine.Tests;

/// <summary>The files of a database as they lie on the disk at one moment: what a crash leaves.</summary>
internal static class Copies
{
    /// <summary>Copies a database while nobody writes to it.</summary>
    /// <returns>The path of the copy.</returns>
    public static string Take(string path, TemporaryFolder folder)
    {
        var copy = folder.File($"copy-{Directory.GetFiles(folder.Path, "*.db").Length}.db");
        File.Copy(path, copy);
        if (File.Exists(path + "-wal")) File.Copy(path + "-wal", copy + "-wal");
        if (File.Exists(path + ".running")) File.Copy(path + ".running", copy + ".running");
        return copy;
    }
}
