using Microsoft.Extensions.Logging;
using Serverless.Alerts;
using Serverless.Cli.CommandLine;
using Serverless.Core.Alerts;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Engine;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Embedded;

/// <summary>Alerts of the embedded head: who is told, and that what is to be told is told before a command ends, or by the next
/// one.</summary>
internal sealed partial class EmbeddedAlerts(FanOutSettings settings, IObjectStore objects, ILoggerFactory loggers, TimeProvider clock)
    : IDisposable
{
    /// <summary>How long a command waits for its alerts at its end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How often a service looks for runs that failed.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly AlertChannels _channels = new(settings, VersionText.Current, clock);
    private readonly ILogger _log = loggers.CreateLogger<EmbeddedAlerts>();

    /// <summary>Who is told of what.</summary>
    public AlertRouting Routing => _channels.Routing;

    /// <summary>Lets alerts go on that were not sent before the process before this one ended.</summary>
    public async Task GoOnAsync(DurableEngine engine, CancellationToken cancellationToken)
    {
        var open = await new AlertDispatch(engine.Client, Routing).FindOpenAsync(subject: null, cancellationToken);
        foreach (var alert in open) engine.Activate(alert);
    }

    /// <summary>Waits a while until people were told of the end of a run.</summary>
    public async Task TellAsync(DurableEngine engine, string run, CancellationToken cancellationToken)
    {
        await Sweep(engine).RunAsync(run, cancellationToken);
        var open = await new AlertDispatch(engine.Client, Routing).FindOpenAsync(run, cancellationToken);
        if (open.Count == 0) return;
        var told = Task.WhenAll(open.Select(alert =>
            engine.Client.WaitForInstanceCompletionAsync(alert, getInputsAndOutputs: false, cancellationToken)));
        await Task.WhenAny(told, engine.Broken, Task.Delay(Patience, clock, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!told.IsCompleted) LogStillOpen(run);
    }

    /// <summary>Looks for runs that failed or were terminated, and for what befalls pods, now and then, until cancelled.</summary>
    public async Task WatchAsync(
        DurableEngine engine, Func<CancellationToken, Task<QueueView>> lookAtPods, CancellationToken cancellationToken)
    {
        if (Routing.Channels.Count == 0) return;
        var sweep = Sweep(engine);
        var pods = new PodAlertWatch(lookAtPods, new AlertDispatch(engine.Client, Routing), clock);
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await sweep.RunAsync(cancellationToken);
                await pods.RunAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A store that stays away ends the service by other ways; the next look makes up for this one.
                LogNotLooked(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    public void Dispose() => _channels.Dispose();

    private AlertSweep Sweep(DurableEngine engine) => new(engine.Client, Routing, objects, clock);

    [LoggerMessage(1, LogLevel.Warning, "Not everybody was told of the end of run {Run} yet: the next fanout run or fanout serve tries on")]
    private partial void LogStillOpen(string run);

    [LoggerMessage(2, LogLevel.Warning, "Could not look for runs that failed and pods that were taken away: {Reason}")]
    private partial void LogNotLooked(string reason);
}
