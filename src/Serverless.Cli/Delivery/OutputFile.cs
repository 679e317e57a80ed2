namespace Serverless.Cli.Delivery;

/// <summary>A file that appears whole or not at all: written beside its place, then moved there.</summary>
internal sealed class OutputFile
{
    private OutputFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>The report's file beside this one; a device has none.</summary>
    public OutputFile? Report => IsDevice ? null : new(System.IO.Path.ChangeExtension(Path, null) + ".report.json");

    private bool IsDevice => IsDevicePath(Path);

    private string Temporary => Path + ".fanout-partial";

    /// <summary>Finds out, leaving nothing behind, whether the file can be written.</summary>
    /// <exception cref="CommandFailedException">It cannot.</exception>
    public static OutputFile Check(string path, string directory)
    {
        try
        {
            var file = new OutputFile(Resolve(System.IO.Path.GetFullPath(path, directory)));
            file.Try();
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandFailedException.Usage(
                $"--out is \"{path}\", which cannot be written: {Reason(exception)}",
                "Allowed: a file in a folder that exists and can be written, or - for standard output.", exception);
        }
    }

    /// <exception cref="CommandFailedException">The disk is full or gone; the file is as it was before.</exception>
    public async Task WriteAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            if (IsDevice) await WriteDeviceAsync(write, cancellationToken);
            else await WriteWholeAsync(write, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.Failed(
                $"{Path} could not be written: {Reason(exception)}",
                "The results are kept in the state folder: fanout results writes them again.", exception);
        }
    }

    private async Task WriteDeviceAsync(
        Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await write(stream, cancellationToken);
    }

    private async Task WriteWholeAsync(
        Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await using (var stream = new FileStream(Temporary, FileMode.Create, FileAccess.Write))
            {
                await write(stream, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(Temporary, Path, overwrite: true);
        }
        catch
        {
            File.Delete(Temporary);
            throw;
        }
    }

    private void Try()
    {
        if (Directory.Exists(Path)) throw new IOException("it is a folder");
        if (File.Exists(Path)) new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
        if (IsDevice) return;
        new FileStream(Temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)
            .Dispose();
    }

    // The system's own words name the temporary file, which nobody asked for.
    private static string Reason(Exception exception) => exception switch
    {
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "permission is denied",
        _ => exception.Message,
    };

    // Moving a file onto a device would replace the device.
    private static bool IsDevicePath(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    // Moving a file onto a link would replace the link.
    private static string Resolve(string path) =>
        File.Exists(path) && !IsDevicePath(path)
            ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path
            : path;
}
