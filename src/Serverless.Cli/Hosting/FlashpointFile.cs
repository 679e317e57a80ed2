namespace Serverless.Cli.Hosting;

/// <summary>The flashpoints that were asked for, opened.</summary>
internal sealed record FlashpointFile(string Name, Stream Content) : IAsyncDisposable
{
    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="context">Where both are.</param>
    /// <exception cref="CommandFailedException">There is no such file, or it cannot be read.</exception>
    public static FlashpointFile Open(string path, CommandContext context)
    {
        if (path == "-") return new("standard input", context.Terminal.OpenInput());
        try
        {
            return new(path, File.OpenRead(Path.GetFullPath(path, context.Directory)));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandFailedException.Usage($"FILE is \"{path}\", which does not exist", Hint, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandFailedException.Usage(
                $"FILE is \"{path}\", which cannot be read: {exception.Message}", Hint, exception);
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    private const string Hint = "Allowed: a JSON array or JSON lines of flashpoints, or - for standard input.";
}
