using System.Text.Json.Serialization;

namespace Serverless.Core.Jobs;

/// <summary>The places where jobs run, by the address that a run remembers: a run that goes on later finds its own jobs,
/// whatever the settings say by then.</summary>
public interface IJobBackends
{
    /// <summary>Where a new run goes by the settings.</summary>
    string Chosen { get; }

    /// <summary>The address that a kind of place means by the settings; null when there is none of it here.</summary>
    string? AddressOf(BackendKind kind) => null;

    /// <summary>How long a job may wait there for a worker; null where the platform keeps the queue, and the time.</summary>
    TimeSpan? QueueTime(string address) => null;

    /// <summary>The shortest time between two looks at a job.</summary>
    TimeSpan PollInterval(string address);

    /// <summary>Starts or connects what an address means; done already is no error.</summary>
    /// <param name="address">The address.</param>
    /// <param name="workers">How many jobs a local stand-in runs at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobBackendException">It cannot be reached with these settings; the message says what to set.
    /// </exception>
    Task MakeReadyAsync(string address, int workers, CancellationToken cancellationToken);

    /// <summary>Whether an address means a service elsewhere, which costs nothing to connect to, and not something that is
    /// started in this process.</summary>
    bool IsRemote(string address);

    /// <summary>The backend of an address if it was made ready, else null.</summary>
    IJobBackend? TryGet(string address);

    /// <summary>The backend of an address that was made ready.</summary>
    /// <exception cref="JobBackendException">Nobody made it ready.</exception>
    IJobBackend Get(string address);
}

/// <summary>A job backend whose workers can be asked after.</summary>
public interface IReportsHealth
{
    /// <summary>How its queue and workers stand. A hint: the platform may answer from a cache.</summary>
    /// <exception cref="JobBackendException">No answer could be had.</exception>
    Task<BackendHealth> GetHealthAsync(CancellationToken cancellationToken);
}

/// <summary>How a backend's queue and workers stand.</summary>
public sealed record BackendHealth
{
    /// <summary>Jobs that wait for a worker.</summary>
    public required int JobsQueued { get; init; }

    /// <summary>Jobs that a worker holds.</summary>
    public required int JobsRunning { get; init; }

    /// <summary>Workers that are up without a job.</summary>
    public required int WorkersIdle { get; init; }

    /// <summary>Workers that are starting.</summary>
    public required int WorkersStarting { get; init; }

    /// <summary>Workers that hold a job.</summary>
    public required int WorkersRunning { get; init; }

    /// <summary>Workers that wait for a GPU to be free.</summary>
    public required int WorkersThrottled { get; init; }

    /// <summary>Workers that fail to start.</summary>
    public required int WorkersUnhealthy { get; init; }

    /// <summary>What it means, and may come from, that there are none of any kind. For the log, not for the API.</summary>
    [JsonIgnore]
    public string WhenNone { get; init; } = "the endpoint has none; its max workers may be 0, as RunPod sets it after 7 idle days";
}
