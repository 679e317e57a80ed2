using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Host.Live;
using Serverless.Host.Webhooks;
using Serverless.Protocol.Hosting;

namespace Serverless.Host;

/// <summary>What a head gives the host to work with.</summary>
public sealed record HostParts
{
    /// <summary>The engine.</summary>
    public required DurableClient Client { get; init; }

    /// <summary>Where runs keep manifests, checkpoints and results.</summary>
    public required IObjectStore Objects { get; init; }

    /// <summary>Where jobs run.</summary>
    public required IJobBackends Backends { get; init; }

    /// <summary>The queue that pods take jobs from; null where there is none.</summary>
    public IWorkQueue? Work { get; init; }

    /// <summary>The settings, checked.</summary>
    public required FanOutSettings Settings { get; init; }

    /// <summary>Tells when something has changed. The same object is the runs' observer.</summary>
    public required RunSignals Signals { get; init; }

    /// <summary>Reads the tokens in webhook URLs. The same object makes them.</summary>
    public required WebhookTokens Webhooks { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Completes when nothing can be written any more, with the reason.</summary>
    public Task<Exception> Broken { get; init; } = new TaskCompletionSource<Exception>().Task;

    /// <summary>What stands around the host. Default: nothing, it listens by itself.</summary>
    public HostPlatform Platform { get; init; } = HostPlatform.Alone;

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>Starts, cancels, retries and purges runs.</summary>
    public RunControl Control => new(Client, Objects);

    /// <summary>Looks at runs.</summary>
    public RunQueries Queries => new(Client, Objects, Time);
}
