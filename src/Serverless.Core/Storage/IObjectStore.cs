namespace Serverless.Core.Storage;

/// <summary>
/// Named objects that appear whole or not at all: files, S3, Azure Blobs. What a run stores and where is decided once,
/// above it. Names and prefixes are those that <see cref="ObjectNames"/> lets pass; others are refused with an
/// <see cref="ArgumentException"/>. No object's name is the folder of another's.
/// </summary>
public interface IObjectStore
{
    /// <summary>
    /// Writes an object, in place of any of that name. When the task completes it survives a power cut; when it fails,
    /// the object is as it was before.
    /// </summary>
    Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading, or gives null where there is none. The caller disposes it.</summary>
    Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>The names that begin with <paramref name="prefix"/>, in ordinal order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes every object whose name begins with <paramref name="prefix"/>; none is no error.</summary>
    Task DeleteAsync(string prefix, CancellationToken cancellationToken);
}
