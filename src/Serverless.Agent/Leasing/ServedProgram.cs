using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;

namespace Serverless.Agent.Leasing;

/// <summary>The program behind the worker's address: it serves until its end is wanted, however it ends.</summary>
internal sealed class ServedProgram(AgentOptions options) : IWorkerProgram
{
    public Task<WorkerStart> PrepareAsync(CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string?>();
        if (options.Supervision.HeartbeatFile is { } file) environment["FANOUT_HEARTBEAT_FILE"] = file;
        return Task.FromResult(new WorkerStart(options.Serve, environment) { WatchesOutput = options.Supervision.WatchesOutput });
    }

    public void Started(IWorkerProcess worker)
    {
    }

    public Task<bool> EndedAsync(WorkerEnd end) => Task.FromResult(false);
}
