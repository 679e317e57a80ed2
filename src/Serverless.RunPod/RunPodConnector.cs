using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;

namespace Serverless.RunPod;

/// <summary>Makes the transport to an endpoint.</summary>
public delegate IRunPodApi RunPodTransport(RunPodEndpoint endpoint, string apiKey, RunPodOptions options);

/// <summary>Connects to endpoints as the settings say, over any transport.</summary>
/// <param name="settings">The settings.</param>
/// <param name="transport">The transport.</param>
/// <param name="loggers">Where backends log.</param>
/// <param name="time">The clock.</param>
public sealed class RunPodConnector(
    FanOutSettings settings, RunPodTransport transport, ILoggerFactory loggers, TimeProvider time)
{
    private const string Prefix = "runpod:";

    /// <summary>The address by which a run remembers an endpoint.</summary>
    public static string AddressOf(RunPodEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return Prefix + endpoint.BaseUri.AbsoluteUri;
    }

    /// <summary>An address as people are shown it.</summary>
    public static string Shown(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.StartsWith(Prefix, StringComparison.Ordinal) ? address[Prefix.Length..] : address;
    }

    /// <summary>The endpoint of an address.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RunPodEndpoint EndpointOf(string address) => RunPodEndpoint.Parse(Shown(address));

    /// <summary>Connects. The caller disposes both, the backend first.</summary>
    /// <exception cref="JobBackendException">The endpoint needs a key, and none is set.</exception>
    public (RunPodJobBackend Backend, IRunPodApi Api) Connect(RunPodEndpoint endpoint, RunPodOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        options ??= new RunPodOptions();
        if (settings.RunPodApiKey is null && !endpoint.BaseUri.IsLoopback)
        {
            throw new JobBackendException(
                JobErrorKind.Permanent, $"RUNPOD_API_KEY is not set; the endpoint {endpoint.BaseUri.AbsoluteUri} needs it.");
        }

        var api = transport(endpoint, settings.RunPodApiKey?.Reveal() ?? "local", options);
        var random = new Random((int)time.GetTimestamp());
        return (new RunPodJobBackend(endpoint, api, options, time, random, loggers.CreateLogger<RunPodJobBackend>()), api);
    }
}
