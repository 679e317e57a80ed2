using Serverless.Agent.Alerting;
using Serverless.Alerts;
using Serverless.Cli.CommandLine;
using Serverless.Core.Settings;
using Serverless.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>Who an agent tells what, by the settings, and the folder in which it notes that.</summary>
internal sealed class PodAlertParts(FanOutSettings settings, string folder, TimeProvider clock) : IDisposable
{
    private readonly AlertChannels _channels = new(settings, VersionText.Current, clock);
    private readonly FileObjectStore _objects = new(folder);

    public AlertParts Parts => new(_channels.Routing, _objects);

    public void Dispose()
    {
        _channels.Dispose();
        _objects.Dispose();
    }
}
