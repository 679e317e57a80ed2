using Serverless.Core.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>
/// Stops the process cleanly when the result store's disk is full or read-only, instead of letting activities fail one
/// after the other: what they were doing is done again at the next start.
/// </summary>
internal sealed class GuardedObjectStore(IObjectStore inner, TimeProvider clock) : IObjectStore
{
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = 0x70;
    private const int WindowsHandleDiskFull = 0x27;

    private readonly TaskCompletionSource<IOException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the disk refuses.</summary>
    public Task<IOException> Broken => _broken.Task;

    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await inner.WriteAsync(name, write, cancellationToken);
        }
        catch (IOException e) when (IsDiskRefusing(e))
        {
            _broken.TrySetResult(e);

            // No outcome until the engine stops and cancels this.
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
        }
    }

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(name, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string prefix, CancellationToken cancellationToken) =>
        inner.DeleteAsync(prefix, cancellationToken);

    private static bool IsDiskRefusing(IOException e) =>
        (e.HResult & 0xFFFF) is NoSpace or ReadOnlyFileSystem or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull;
}
