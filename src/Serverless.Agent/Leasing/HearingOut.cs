using Serverless.Agent.Supervision;

namespace Serverless.Agent.Leasing;

/// <summary>
/// How long calls are heard out when no more work is wanted. One that is broken off may have been granted: the coordinator would hold a
/// job for this pod that nobody here knows of, until its lease runs out. It has heard that no more is wanted, and answers at once.
/// </summary>
internal sealed class HearingOut : IDisposable
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(30);

    /// <summary>When the end is wanted, which may be near.</summary>
    private static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _timeOver;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _drained;
    private readonly CancellationTokenRegistration _stopped;

    public HearingOut(PodBoard board, StopOrder stop, TimeProvider clock)
    {
        _timeOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _over = CancellationTokenSource.CreateLinkedTokenSource(_timeOver.Token, board.Refused);
        _drained = board.Full.Register(() => _timeOver.CancelAfter(stop.Given.IsCancellationRequested ? ShortTime : Time));
        _stopped = stop.Given.Register(() => _timeOver.CancelAfter(ShortTime));
    }

    /// <summary>Cancelled when it is over, at once when the coordinator does not want this agent.</summary>
    public CancellationToken Over => _over.Token;

    public void Dispose()
    {
        _drained.Dispose();
        _stopped.Dispose();
        _over.Dispose();
        _timeOver.Dispose();
    }
}
