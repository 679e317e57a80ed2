using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Serverless.Host;
using Serverless.Pods;

namespace Serverless.Cli.Embedded;

/// <summary>Lets pods take the jobs of a command that runs one run: the queue, and who answers the pods.</summary>
/// <param name="parts">What the service works with, given the queue.</param>
/// <param name="loggers">Where it logs.</param>
/// <param name="clock">The clock.</param>
internal sealed class PodListener(Func<PodQueue, HostParts> parts, ILoggerFactory loggers, TimeProvider clock) : IAsyncDisposable
{
    private PodQueue? _queue;
    private WebApplication? _app;

    /// <summary>Opens the queue and listens. Called at most once.</summary>
    public async Task<PodQueue> OpenAsync(Core.Settings.FanOutSettings settings, CancellationToken cancellationToken)
    {
        _queue = PodQueues.Open(settings, loggers, clock);
        await _queue.RecoverAsync();
        _app = FanOutHost.CreateForPods(parts(_queue), loggers);
        await _app.StartAsync(cancellationToken);
        return _queue;
    }

    /// <summary>Answers no pod any more, before what stands behind the answers stops.</summary>
    public async Task StopListeningAsync()
    {
        if (_app is null) return;
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        if (_queue is not null) await _queue.DisposeAsync();
    }
}
