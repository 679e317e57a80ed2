using Serverless.Agent.Notices;

namespace Serverless.Agent.Supervision;

/// <summary>
/// Somebody wants the end: the provider, with or without saying until when, or a person. Tells how long the worker may take for it,
/// and when everything has to be over.
/// </summary>
internal sealed class StopOrder : IDisposable
{
    /// <summary>How long a worker gets at most.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromSeconds(90);

    /// <summary>What is left of a long notice for the upload.</summary>
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    /// <summary>And of a short one, as a part of it.</summary>
    private const double MarginOfNotice = 0.4;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _given = new();
    private readonly CancellationTokenSource _graceOver;
    private readonly CancellationTokenSource _timeOver;

    public StopOrder(TimeProvider clock)
    {
        _clock = clock;
        _graceOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _timeOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>Cancelled when the end is wanted.</summary>
    public CancellationToken Given => _given.Token;

    /// <summary>Cancelled when the worker's time to end is over.</summary>
    public CancellationToken GraceOver => _graceOver.Token;

    /// <summary>Cancelled when the machine is about to go.</summary>
    public CancellationToken TimeOver => _timeOver.Token;

    /// <summary>The provider's notice, if it was that.</summary>
    public SpotNotice? Notice { get; private set; }

    /// <summary>UTC. When the machine goes; null when nobody said.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    /// <summary>The provider takes the machine. Of several, the earliest counts.</summary>
    public void Give(SpotNotice notice)
    {
        lock (_gate)
        {
            Notice ??= notice;
            Tighten(notice.Deadline);
        }
    }

    /// <summary>A person, or a service manager, wants the end.</summary>
    public void Give()
    {
        lock (_gate) Tighten(null);
    }

    public void Dispose()
    {
        _given.Dispose();
        _graceOver.Dispose();
        _timeOver.Dispose();
    }

    private void Tighten(DateTimeOffset? deadline)
    {
        var now = _clock.GetUtcNow();
        var isFirst = !_given.IsCancellationRequested;
        if (deadline is { } end && (Deadline is null || end < Deadline))
        {
            Deadline = end;
            var left = end > now ? end - now : TimeSpan.Zero;
            _timeOver.CancelAfter(left);
            _graceOver.CancelAfter(GraceOf(left));
        }
        else if (isFirst)
        {
            _graceOver.CancelAfter(LongestGrace);
        }

        if (isFirst) _given.Cancel();
    }

    private static TimeSpan GraceOf(TimeSpan left)
    {
        var margin = left * MarginOfNotice < LongestMargin ? left * MarginOfNotice : LongestMargin;
        return left - margin < LongestGrace ? left - margin : LongestGrace;
    }
}
