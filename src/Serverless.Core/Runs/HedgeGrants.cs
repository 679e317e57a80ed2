using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// Says which chunks get a second job: one that takes longer than so many times the median of those that have finished, once
/// half of all have. No chunk gets two, and at most a tenth of all chunks, rounded up, have one at once.
/// </summary>
/// <param name="context">The orchestration: its time decides.</param>
/// <param name="factor">How many times the median.</param>
/// <param name="chunks">How many chunks there are.</param>
/// <param name="grant">Gives a chunk its second job.</param>
/// <param name="ended">Is cancelled when all chunks have ended.</param>
internal sealed class HedgeGrants(
    OrchestrationContext context, double factor, int chunks, Action<int> grant, CancellationToken ended)
{
    private const int ShareAtOnce = 10;

    private readonly SortedDictionary<int, DateTime> _waiting = [];
    private readonly Dictionary<int, DateTime> _startedAt = [];
    private readonly HashSet<int> _hedged = [];
    private readonly List<TimeSpan> _finished = [];
    private DateTime? _wakeAt;
    private int _ended;

    private int MostAtOnce => (chunks + ShareAtOnce - 1) / ShareAtOnce;

    /// <summary>A chunk is begun.</summary>
    public void Begin(int chunk)
    {
        _startedAt[chunk] = _waiting[chunk] = context.CurrentUtcDateTime;
        Look();
    }

    /// <summary>A chunk has ended.</summary>
    public void End(int chunk, bool isFinished)
    {
        _ended++;
        _waiting.Remove(chunk);
        _hedged.Remove(chunk);
        if (isFinished) Insert(context.CurrentUtcDateTime - _startedAt[chunk]);
        _startedAt.Remove(chunk);
        Look();
    }

    private void Look()
    {
        if (_ended * 2 < chunks || _finished.Count == 0) return;
        var limit = _finished[_finished.Count / 2] * factor;
        var due = _waiting.Where(chunk => chunk.Value + limit <= context.CurrentUtcDateTime).Select(chunk => chunk.Key).ToList();
        foreach (var chunk in due.Take(MostAtOnce - _hedged.Count))
        {
            _waiting.Remove(chunk);
            _hedged.Add(chunk);
            grant(chunk);
        }

        // With as many as may be, the end of one is waited for, not a time.
        if (_waiting.Count > 0 && _hedged.Count < MostAtOnce) WakeAt(_waiting.Values.Min() + limit);
    }

    /// <summary>A timer that goes off too early does no harm: it looks again.</summary>
    private void WakeAt(DateTime due)
    {
        if (_wakeAt <= due) return;
        _wakeAt = due;
        _ = WakeAsync(due);
    }

    private async Task WakeAsync(DateTime due)
    {
        var timer = context.CreateTimer(due, ended);
        await Task.WhenAny(timer);
        if (timer.IsCanceled) return;
        if (_wakeAt == due) _wakeAt = null;
        Look();
    }

    private void Insert(TimeSpan took)
    {
        var at = _finished.BinarySearch(took);
        _finished.Insert(at < 0 ? ~at : at, took);
    }
}
