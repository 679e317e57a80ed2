using System.Globalization;
using Serverless.Agent.Checkpoints;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;

namespace Serverless.Agent.Exec;

/// <summary>The command, handed what it goes on from, with its checkpoints uploaded as it runs.</summary>
internal sealed class ExecProgram(ExecOptions options, CheckpointResume resume, CheckpointSync sync, LeftWorker left, StopOrder stop)
    : IWorkerProgram, IDisposable
{
    private const string Placeholder = "{checkpoint}";

    private CancellationTokenSource? _running;
    private Task _syncing = Task.CompletedTask;

    public async Task<WorkerStart> PrepareAsync(CancellationToken cancellationToken)
    {
        var checkpoint = await resume.PrepareAsync(cancellationToken);
        var environment = new Dictionary<string, string?>
        {
            ["FANOUT_CHECKPOINT"] = checkpoint,
            ["FANOUT_CHECKPOINT_STEP"] = checkpoint is null ? null : sync.Newest?.Step.ToString(CultureInfo.InvariantCulture),
            ["FANOUT_CHECKPOINT_DIR"] = Path.GetFullPath(options.Checkpoints.Folder),
        };
        if (options.Supervision.HeartbeatFile is { } file) environment["FANOUT_HEARTBEAT_FILE"] = file;
        var words = options.Command.Select(word => word.Replace(Placeholder, checkpoint ?? "", StringComparison.Ordinal));
        return new WorkerStart([.. words], environment) { WatchesOutput = options.Supervision.WatchesOutput };
    }

    public void Started(IWorkerProcess worker)
    {
        left.Remember(worker.Id);
        _running = new CancellationTokenSource();
        _syncing = SyncAsync(_running.Token);
    }

    public async Task<bool> EndedAsync(WorkerEnd end)
    {
        left.Forget();
        await _running!.CancelAsync();
        await _syncing;
        _running.Dispose();
        await sync.FlushAsync(end.IsGood, stop.TimeOver);
        return end.IsGood;
    }

    public void Dispose() => _running?.Dispose();

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sync.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The command has ended; the rest is flushed.
        }
    }
}
