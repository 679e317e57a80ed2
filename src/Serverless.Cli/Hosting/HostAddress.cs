using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>Where the host is that a command calls.</summary>
internal static class HostAddress
{
    /// <param name="given">On the command line; null: at COORDINATOR_URL, else LISTEN_URL.</param>
    /// <param name="settings">The settings.</param>
    public static Uri Of(Uri? given, FanOutSettings settings) => given ?? settings.CoordinatorUrl ?? Local(settings.ListenUrl);

    /// <summary>A host that listens everywhere is reached here, too.</summary>
    private static Uri Local(Uri listen) =>
        listen.Host is "0.0.0.0" or "[::]" ? new UriBuilder(listen) { Host = "127.0.0.1" }.Uri : listen;
}
