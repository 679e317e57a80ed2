namespace Serverless.Host.Sources;

/// <summary>A file, named by whoever set the process up; a path relative to its working folder.</summary>
/// <param name="path">The path; <c>{date}</c> in it becomes the day.</param>
internal sealed class FileSource(string path) : IFlashpointSource
{
    public string Description { get; } = $"The file {path}";

    public async Task CopyToAsync(Stream target, DateOnly date, CancellationToken cancellationToken)
    {
        var today = SourceText.WithDate(path, date);
        try
        {
            await using var file = new FileStream(
                today, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, FileOptions.Asynchronous);
            await file.CopyToAsync(target, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException($"There is no file {Path.GetFullPath(today)} (FLASHPOINT_SOURCE).", e);
        }
        catch (UnauthorizedAccessException e)
        {
            var what = Directory.Exists(today) ? "is a folder; a file is read" : "may not be read by this process";
            throw new SourceException($"{Path.GetFullPath(today)} {what} (FLASHPOINT_SOURCE).", e);
        }
        catch (IOException e)
        {
            throw new SourceException($"The file {Path.GetFullPath(today)} cannot be read: {e.Message}", e);
        }
    }
}
