using System.Collections.Concurrent;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;
using Serverless.RunPod;

namespace Serverless.Functions.RunPod;

/// <summary>The endpoints where jobs run, by the address that a run remembers. Any instance of the app may have to look at any
/// run's job, so each is connected to when it is first asked for.</summary>
internal sealed class RunPodBackends(FanOutSettings settings, RunPodConnector connector) : IJobBackends, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RunPodJobBackend>> _backends = new(StringComparer.Ordinal);

    public string Chosen { get; } = RunPodConnector.AddressOf(RunPodEndpoint.Parse(settings.RunPodEndpoint));

    public TimeSpan PollInterval(string address) => settings.PollInterval;

    public bool IsRemote(string address) => true;

    public Task MakeReadyAsync(string address, int workers, CancellationToken cancellationToken)
    {
        Get(address);
        return Task.CompletedTask;
    }

    public IJobBackend? TryGet(string address) => Get(address);

    public IJobBackend Get(string address) => _backends.GetOrAdd(address, Connect).Value;

    public void Dispose()
    {
        foreach (var backend in _backends.Values.Where(backend => backend.IsValueCreated)) backend.Value.Dispose();
    }

    private Lazy<RunPodJobBackend> Connect(string address) => new(() =>
    {
        try
        {
            return connector.Connect(RunPodConnector.EndpointOf(address)).Backend;
        }
        catch (FormatException e)
        {
            throw new JobBackendException(
                JobErrorKind.Permanent, $"Nothing here runs jobs for '{address}', where the run began: {e.Message}", e);
        }
    });
}
