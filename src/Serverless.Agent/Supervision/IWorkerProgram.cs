using Serverless.Agent.Processes;

namespace Serverless.Agent.Supervision;

/// <summary>What a watchdog keeps alive.</summary>
internal interface IWorkerProgram
{
    /// <summary>What to start, asked before each start.</summary>
    Task<WorkerStart> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>A worker was started.</summary>
    void Started(IWorkerProcess worker);

    /// <summary>It has ended; asked before it is started again, or the agent ends.</summary>
    /// <returns>Whether its work is done, so that it is not started again.</returns>
    Task<bool> EndedAsync(WorkerEnd end);
}
