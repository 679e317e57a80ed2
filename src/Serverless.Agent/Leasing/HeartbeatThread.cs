using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>Says every five seconds that the pod lives. A thread of its own: what keeps the others busy must not make the host think
/// that the pod is dead.</summary>
internal sealed class HeartbeatThread : IDisposable
{
    private readonly PodBoard _board;
    private readonly CoordinatorClient _coordinator;
    private readonly TimeProvider _clock;
    private readonly AutoResetEvent _due = new(false);
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;

    public HeartbeatThread(PodBoard board, CoordinatorClient coordinator, TimeProvider clock)
    {
        (_board, _coordinator, _clock) = (board, coordinator, clock);
        _thread = new Thread(Run) { IsBackground = true, Name = "heartbeat" };
        _thread.Start();
    }

    /// <summary>Something has happened that the host should know at once.</summary>
    public void Hurry() => _due.Set();

    public void Dispose()
    {
        _ended.Cancel();
        _due.Set();
        _thread.Join();
        _ended.Dispose();
        _due.Dispose();
    }

    private void Run()
    {
        using var timer = _clock.CreateTimer(_ => _due.Set(), null, WorkLimits.HeartbeatInterval, WorkLimits.HeartbeatInterval);
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                Beat();
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }

            _due.WaitOne();
        }
    }

    private void Beat()
    {
        var jobs = _board.Jobs;
        var result = _coordinator.Call(WorkCalls.Heartbeat, _board.Heartbeat(), _ended.Token);
        _board.Tell(result.Outcome, result.Reason);
        if (result.Reply is not { } reply) return;
        foreach (var order in reply.Jobs.Where(order => order.Command == WorkCommand.Stop))
            jobs.FirstOrDefault(job => job.Lease.Lease == order.Lease)?.Lose();
        _board.Obey(reply.Command);
    }
}
