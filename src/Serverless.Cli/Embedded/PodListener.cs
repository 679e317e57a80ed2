using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Host;
using Serverless.Host.Live;
using Serverless.Host.Webhooks;
using Serverless.Pods;

namespace Serverless.Cli.Embedded;

/// <summary>Lets pods take the jobs of a command that runs one run: the queue, and who answers the pods.</summary>
internal sealed class PodListener(
    FanOutSettings settings,
    IObjectStore objects,
    IJobBackends backends,
    Func<DurableClient> client,
    ILoggerFactory loggers,
    TimeProvider clock) : IAsyncDisposable
{
    private PodQueue? _queue;
    private WebApplication? _app;

    /// <summary>Opens the queue and listens. Called at most once.</summary>
    public async Task<PodQueue> OpenAsync(CancellationToken cancellationToken)
    {
        _queue = PodQueues.Open(settings, loggers, clock);
        await _queue.RecoverAsync();
        _app = FanOutHost.CreateForPods(Parts(_queue), loggers);
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

    private HostParts Parts(PodQueue queue) => new()
    {
        Client = client(),
        Objects = objects,
        Backends = backends,
        Work = queue,
        Settings = settings,
        Signals = new RunSignals(),
        Webhooks = new WebhookTokens(settings.RunPodApiKey),
        Time = clock,
        Version = VersionText.Current,
    };
}
