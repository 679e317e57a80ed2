namespace Serverless.Agent.Checkpoints;

/// <summary>The folder that a program writes its checkpoints into.</summary>
/// <param name="path">Where it is; made when it is not there.</param>
internal sealed class CheckpointFolder(string path)
{
    /// <summary>How programs name what they are still writing.</summary>
    private static readonly string[] Unfinished = [".tmp", ".temp", ".part", ".partial", ".incomplete", "~"];

    public string FullPath { get; } = Path.GetFullPath(path);

    /// <summary>What of it is a checkpoint, the newest last. What is being written, hidden, empty or a link is none.</summary>
    public IReadOnlyList<LocalCheckpoint> Look()
    {
        Directory.CreateDirectory(FullPath);
        var found = new DirectoryInfo(FullPath).EnumerateFileSystemInfos().Select(Read).OfType<LocalCheckpoint>();
        return [.. found.OrderBy(checkpoint => checkpoint.WrittenAt).ThenBy(checkpoint => checkpoint.Name, StringComparer.Ordinal)];
    }

    /// <summary>One checkpoint as it is now, or null.</summary>
    public LocalCheckpoint? Find(string name)
    {
        FileSystemInfo entry = Directory.Exists(PathOf(name)) ? new DirectoryInfo(PathOf(name)) : new FileInfo(PathOf(name));
        return entry.Exists ? Read(entry) : null;
    }

    public string PathOf(string name) => Path.Combine(FullPath, name);

    private static LocalCheckpoint? Read(FileSystemInfo entry)
    {
        try
        {
            if (IsUnfinished(entry.Name) || entry.LinkTarget is not null) return null;
            if (entry is FileInfo file) return ReadFile(file);
            var files = ((DirectoryInfo)entry).EnumerateFiles("*", SearchOption.AllDirectories).ToList();
            if (files.Count == 0 || files.Exists(part => IsUnfinished(part.Name))) return null;
            return new LocalCheckpoint(entry.Name, IsFolder: true, [.. files
                .Select(part => ToFile(part, Path.GetRelativePath(entry.FullName, part.FullName).Replace('\\', '/')))
                .OrderBy(part => part.Path, StringComparer.Ordinal)]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // The program took it away while we looked.
        }
    }

    private static LocalCheckpoint? ReadFile(FileInfo file) =>
        file.Length == 0 ? null : new LocalCheckpoint(file.Name, IsFolder: false, [ToFile(file, file.Name)]);

    private static LocalFile ToFile(FileInfo file, string path) =>
        new(path, file.FullName, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));

    private static bool IsUnfinished(string name) =>
        name.StartsWith('.') || Unfinished.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
