using System.Runtime.CompilerServices;
using Serverless.Core.Storage;

namespace Serverless.Agent.Checkpoints;

/// <summary>The objects of a store whose names begin so, without that beginning.</summary>
internal sealed class PrefixedObjectStore(IObjectStore inner, string prefix) : IObjectStore
{
    public Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        inner.WriteAsync(prefix + name, write, cancellationToken);

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(prefix + name, cancellationToken);

    public async IAsyncEnumerable<string> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in inner.ListAsync(prefix + start, cancellationToken)) yield return name[prefix.Length..];
    }

    public Task DeleteAsync(string start, CancellationToken cancellationToken) => inner.DeleteAsync(prefix + start, cancellationToken);
}
