namespace Serverless.Core.Runs;

/// <summary>
/// Keeps what may be spent. What ended chunks cost is known; a chunk that goes on is reckoned at what its flashpoints should
/// cost, judged by the ended ones, or at what its attempts have cost already if that is more. Before any has ended nobody knows
/// what a chunk costs, and nothing is reckoned. Once both together reach the limit it stays spent.
/// </summary>
/// <param name="limit">Dollars; null: any.</param>
internal sealed class Budget(decimal? limit)
{
    private readonly Dictionary<int, (int Flashpoints, decimal Spent)> _running = [];
    private int _endedFlashpoints;
    private decimal _endedCost;
    private bool _isSpent;

    /// <summary>Dollars that are known to be spent.</summary>
    public decimal Spent => _endedCost + _running.Values.Sum(chunk => chunk.Spent);

    /// <summary>Dollars that what goes on is reckoned at.</summary>
    public decimal Running
    {
        get
        {
            var each = _endedFlashpoints == 0 ? 0 : _endedCost / _endedFlashpoints;
            return _running.Values.Sum(chunk => Math.Max(chunk.Spent, each * chunk.Flashpoints));
        }
    }

    /// <summary>Dollars that are left, with what goes on reckoned; null: any.</summary>
    public decimal? Left => limit is { } dollars ? Math.Max(0, dollars - Committed()) : null;

    /// <summary>Whether no job is to be submitted any more.</summary>
    public bool IsSpent => _isSpent |= limit is { } dollars && Committed() >= dollars;

    /// <summary>A chunk is begun.</summary>
    public void Begin(int chunk, int flashpoints) => _running[chunk] = (flashpoints, 0);

    /// <summary>The attempts of a chunk that goes on have cost this much so far.</summary>
    public void Report(SpentReport report)
    {
        if (_running.TryGetValue(report.Chunk, out var chunk) && report.Cost > chunk.Spent)
            _running[report.Chunk] = chunk with { Spent = report.Cost };
    }

    /// <summary>A chunk has ended.</summary>
    public void End(ChunkOutcome chunk)
    {
        _running.Remove(chunk.Chunk);
        _endedFlashpoints += chunk.Flashpoints;
        _endedCost += chunk.Cost ?? 0;
    }

    private decimal Committed() => _endedCost + Running;
}
