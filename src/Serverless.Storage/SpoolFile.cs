namespace Serverless.Storage;

/// <summary>What is written is gathered here before a store takes it.</summary>
public static class SpoolFile
{
    /// <summary>Gathers all that is written, and stands at its beginning then.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<FileStream> GatherAsync(
        Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        cancellationToken.ThrowIfCancellationRequested();
        var spool = Create();
        try
        {
            await write(spool, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await spool.FlushAsync(cancellationToken);
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file that only this process reads, and that is gone when it is closed.</summary>
    private static FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
    }
}
