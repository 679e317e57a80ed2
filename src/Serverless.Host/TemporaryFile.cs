namespace Serverless.Host;

/// <summary>A file that goes with its handle, whatever ends the process.</summary>
internal static class TemporaryFile
{
    public static FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"fanout-{Path.GetRandomFileName()}"), options);
        if (!OperatingSystem.IsWindows()) File.Delete(file.Name);
        return file;
    }
}
