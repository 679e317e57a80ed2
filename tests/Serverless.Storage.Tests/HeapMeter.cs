using Serverless.Core.Storage;

namespace Serverless.Storage.Tests;

/// <summary>Looks at the size of the heap at every eighth object that is written.</summary>
internal sealed class HeapMeter(IObjectStore inner) : IObjectStore
{
    private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
    private long _peak;
    private int _writes;

    public long PeakBytes => _peak;

    public void Measure()
    {
        var size = GC.GetTotalMemory(forceFullCollection: true) - _before;
        if (size > _peak) Interlocked.Exchange(ref _peak, size);
    }

    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _writes) % 8 == 0) Measure();
        await inner.WriteAsync(name, write, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
        => inner.OpenReadAsync(name, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
        => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string prefix, CancellationToken cancellationToken)
        => inner.DeleteAsync(prefix, cancellationToken);
}
