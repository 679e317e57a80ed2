using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;

namespace Serverless.Core.Watching;

/// <summary>Says why jobs only queue, for the backends of a process that has no <see cref="JobWatch"/>.</summary>
internal sealed class QueueWatch(TimeProvider time, ILogger log)
{
    private readonly ConcurrentDictionary<string, QueueHealth> _backends = new(StringComparer.Ordinal);

    /// <inheritdoc cref="QueueHealth.WhyHeldAsync"/>
    public Task<string?> WhyHeldAsync(IJobBackend backend, DateTimeOffset submittedAt, CancellationToken cancellationToken) =>
        _backends.GetOrAdd(backend.Address, _ => new QueueHealth(backend, time, log, CancellationToken.None))
            .WhyHeldAsync(submittedAt, cancellationToken);
}
