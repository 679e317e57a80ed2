using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>Says every five seconds that the pod lives. A thread of its own: what keeps the others busy must not make the host think
/// that the pod is dead. That the end is wanted it says once, however soon all is done.</summary>
internal sealed class HeartbeatThread : IDisposable
{
    /// <summary>How long its last word may take.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    private readonly PodBoard _board;
    private readonly CoordinatorClient _coordinator;
    private readonly TimeProvider _clock;
    private readonly AutoResetEvent _due = new(false);
    private readonly CancellationTokenSource _enough;
    private readonly Thread _thread;
    private volatile bool _hasEnded;
    private volatile bool _hasSaidThatItStops;

    public HeartbeatThread(PodBoard board, CoordinatorClient coordinator, TimeProvider clock)
    {
        (_board, _coordinator, _clock) = (board, coordinator, clock);
        _enough = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _thread = new Thread(Run) { IsBackground = true, Name = "heartbeat" };
        _thread.Start();
    }

    /// <summary>Something has happened that the host should know at once.</summary>
    public void Hurry() => _due.Set();

    private bool HasNews => _board.IsStopping && !_hasSaidThatItStops;

    public void Dispose()
    {
        _hasEnded = true;
        if (HasNews) _enough.CancelAfter(LastWord);
        else _enough.Cancel();
        _due.Set();
        _thread.Join();
        _enough.Dispose();
        _due.Dispose();
    }

    private void Run()
    {
        using var timer = _clock.CreateTimer(_ => _due.Set(), null, WorkLimits.HeartbeatInterval, WorkLimits.HeartbeatInterval);
        do
        {
            try
            {
                Beat();
            }
            catch (OperationCanceledException) when (_enough.IsCancellationRequested)
            {
                return;
            }

            if (!_hasEnded) _due.WaitOne();
        }
        while (!_hasEnded || HasNews);
    }

    private void Beat()
    {
        var jobs = _board.Jobs;
        var call = _board.BeginCall();
        var request = _board.Heartbeat();
        var result = _coordinator.Call(WorkCalls.Heartbeat, request, _enough.Token);
        if (request.Facts.State == PodState.Stopping) _hasSaidThatItStops = true;
        _board.Tell(call, result.Outcome, result.Reason);
        if (result.Reply is not { } reply) return;
        foreach (var order in reply.Jobs.Where(order => order.Command == WorkCommand.Stop))
            jobs.FirstOrDefault(job => job.Lease.Lease == order.Lease)?.Lose();
        _board.Obey(reply.Command);
    }
}
