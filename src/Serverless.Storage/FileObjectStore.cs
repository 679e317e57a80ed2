using System.Runtime.CompilerServices;
using Serverless.Core.Storage;

namespace Serverless.Storage;

/// <summary>
/// Objects as files of a folder, a name's segments as folders. A file is written beside the others, made durable, and
/// then takes its name in one step, so that a crash leaves the old one or the new one. One name cannot be both an
/// object and the folder of others. Several processes may use the folder at once; it has to be on a local disk. Where
/// the file system ignores case, names that differ in nothing else are one.
/// </summary>
/// <param name="root">The folder; made when something is first written.</param>
public sealed class FileObjectStore(string root) : IObjectStore, IDisposable
{
    private readonly string _root = Path.GetFullPath(root);
    private readonly Lock _gate = new();
    private TemporaryFiles? _temporary;

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full or failing; the object is as it was before.</exception>
    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        ArgumentNullException.ThrowIfNull(write);
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        var folder = Path.GetDirectoryName(path)!;
        var temporary = NextTemporaryPath();
        try
        {
            await WriteDurablyAsync(temporary, write, cancellationToken);
            DurableFolder.Create(folder);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DurableFolder.Flush(folder);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A reader keeps the file that it opened while another takes its name.
            return Directory.Exists(PathOf(name))
                ? Task.FromResult<Stream?>(null)
                : Task.FromResult<Stream?>(new FileStream(PathOf(name), new FileStreamOptions
                {
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                }));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        foreach (var entry in EntriesOf(prefix))
        {
            foreach (var name in NamesUnder(entry))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return name;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        foreach (var entry in EntriesOf(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.EndsWith('/')) Directory.Delete(PathOf(entry), recursive: true);
            else File.Delete(PathOf(entry));
        }

        return Task.CompletedTask;
    }

    /// <summary>Gives up the right to write. What was written stays.</summary>
    public void Dispose()
    {
        lock (_gate) _temporary?.Dispose();
    }

    private static async Task WriteDurablyAsync(
        string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        });
        await write(file, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Those that only read never take a slot, and may read a folder that they cannot write to.</summary>
    private string NextTemporaryPath()
    {
        lock (_gate)
        {
            _temporary ??= TemporaryFiles.Open(Path.Combine(_root, TemporaryFiles.FolderName));
            return _temporary.NextPath();
        }
    }

    private string PathOf(string name) => Path.Combine(_root, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The files, and ending in <c>/</c> the folders, whose names begin so, in ordinal order.</summary>
    private List<string> EntriesOf(string prefix)
    {
        var parent = prefix[..(prefix.LastIndexOf('/') + 1)];
        try
        {
            return new DirectoryInfo(PathOf(parent)).EnumerateFileSystemInfos()
                .Select(entry => parent + entry.Name + (entry is DirectoryInfo ? "/" : ""))
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name[parent.Length] != '.')
                .Order(StringComparer.Ordinal)
                .ToList();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private IEnumerable<string> NamesUnder(string entry)
        => entry.EndsWith('/') ? EntriesOf(entry).SelectMany(NamesUnder) : [entry];
}
