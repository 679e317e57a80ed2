using Serverless.Core.Storage;
using Serverless.Storage;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>Files in a folder, on a disk that can refuse to write.</summary>
internal sealed class FailingStore(string folder, Func<string, IOException?> refuse) : IObjectStore, IDisposable
{
    private readonly FileObjectStore _files = new(folder);

    /// <summary>What Linux says when a disk is full.</summary>
    public static IOException Full => new("No space left on device", 28);

    public Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        refuse(name) is { } refusal ? Task.FromException(refusal) : _files.WriteAsync(name, write, cancellationToken);

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        _files.OpenReadAsync(name, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _files.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string prefix, CancellationToken cancellationToken) =>
        _files.DeleteAsync(prefix, cancellationToken);

    public void Dispose() => _files.Dispose();
}
