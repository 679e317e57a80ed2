namespace Serverless.Agent.Processes;

/// <summary>Starts workers.</summary>
internal interface IWorkerProcesses
{
    /// <summary>Starts one.</summary>
    /// <exception cref="WorkerStartException">It could not be started.</exception>
    IWorkerProcess Start(WorkerStart start);

    /// <summary>Takes the zombies out of the table that nobody else asks after.</summary>
    /// <returns>How many.</returns>
    int ReapZombies();
}

/// <summary>A worker that runs, with all that it has started.</summary>
internal interface IWorkerProcess : IDisposable
{
    /// <summary>Its process id.</summary>
    int Id { get; }

    /// <summary>Completes with its exit code; 128 and more when a signal ended it.</summary>
    Task<int> Ended { get; }

    /// <summary>Whether it has ended in all but name: a zombie, whose exit nobody is told of.</summary>
    bool IsZombie { get; }

    /// <summary>Whether anything of it still runs: itself, or what it has started.</summary>
    bool IsAnyLeft { get; }

    /// <summary>When it last wrote to its output; null before the first time, or when that is not looked at.</summary>
    DateTimeOffset? LastOutputAt { get; }

    /// <summary>SIGTERM to all of it.</summary>
    void Terminate();

    /// <summary>SIGKILL to all of it, and to what it left behind.</summary>
    void Kill();
}

/// <summary>What to start.</summary>
/// <param name="Words">The program and its arguments.</param>
/// <param name="Environment">What is added to this process's environment; null takes a name out.</param>
internal sealed record WorkerStart(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>Whether its output passes through here, so that its last sign is known.</summary>
    public bool WatchesOutput { get; init; }
}

/// <summary>A worker could not be started.</summary>
public sealed class WorkerStartException(string message, Exception? inner = null) : Exception(message, inner);
