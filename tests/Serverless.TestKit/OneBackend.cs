using Serverless.Core.Jobs;

namespace Serverless.TestKit;

/// <summary>A head's backends when there is only one, always ready.</summary>
/// <param name="backend">The backend.</param>
/// <param name="pollInterval">How often its jobs are looked at.</param>
public sealed class OneBackend(IJobBackend backend, TimeSpan pollInterval) : IJobBackends
{
    /// <inheritdoc/>
    public string Chosen => backend.Address;

    /// <inheritdoc/>
    public string? AddressOf(BackendKind kind) =>
        kind.ToWord() == backend.Address || kind == BackendKind.RunPod ? backend.Address : null;

    /// <inheritdoc/>
    public TimeSpan PollInterval(string address) => pollInterval;

    /// <inheritdoc/>
    public Task MakeReadyAsync(string address, int workers, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public bool IsRemote(string address) => true;

    /// <inheritdoc/>
    public IJobBackend? TryGet(string address) => backend;

    /// <inheritdoc/>
    public IJobBackend Get(string address) => backend;
}
