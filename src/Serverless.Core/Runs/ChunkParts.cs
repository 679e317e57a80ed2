using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>
/// What of a chunk is still to be tried, and in which portions. At first that is all of it. A portion under which workers
/// die is halved until the flashpoint that kills them stands alone: it is given up, and the others are done.
/// </summary>
internal sealed class ChunkParts(ChunkInput chunk)
{
    /// <summary>A worker may die by chance: once is no evidence against a chunk, nor against a flashpoint alone.</summary>
    private const int DeathsThatCount = 2;

    /// <summary>Deaths beyond those that finding one flashpoint takes, so that a second one is found too.</summary>
    private const int SpareDeaths = 8;

    private readonly Stack<IndexRange?> _open = new([null]);
    private int _deathsOfPart;
    private int _deaths;

    /// <summary>The portion that is next; null means all of the chunk.</summary>
    public IndexRange? Current => _open.Peek();

    /// <summary>Whether anything is left.</summary>
    public bool IsEmpty => _open.Count == 0;

    private int MaxDeaths => SpareDeaths + 4 * (int)Math.Ceiling(Math.Log2(Math.Max(2, chunk.Flashpoints)));

    /// <summary>The current portion is answered or given up.</summary>
    public void Close()
    {
        _open.Pop();
        _deathsOfPart = 0;
    }

    /// <summary>A worker died under the current portion.</summary>
    /// <param name="splitAt">The first index of the second half of what is unanswered; null when one is left.</param>
    public DeathVerdict OnWorkerDied(int? splitAt)
    {
        _deaths++;
        _deathsOfPart++;
        if (chunk.Run.MaxAttempts == 1 || _deaths > MaxDeaths) return DeathVerdict.Fail;
        if (splitAt is not { } middle) return _deathsOfPart < AloneLimit ? DeathVerdict.TryAgain : DeathVerdict.GiveUp;
        if (Current is null && _deathsOfPart < DeathsThatCount) return DeathVerdict.TryAgain;
        Split(middle);
        return DeathVerdict.TryAgain;
    }

    /// <summary>A chunk of one flashpoint is tried as often as any chunk.</summary>
    private int AloneLimit => Current is null ? Math.Max(DeathsThatCount, chunk.Run.MaxAttempts) : DeathsThatCount;

    /// <summary>What has killed workers once as a half is halved at once: its whole has killed before.</summary>
    private void Split(int middle)
    {
        var whole = _open.Pop() ?? IndexRange.All;
        _open.Push(whole with { First = middle });
        _open.Push(whole with { Last = middle - 1 });
        _deathsOfPart = 0;
    }
}

/// <summary>What follows the death of a worker.</summary>
internal enum DeathVerdict
{
    /// <summary>The portion that is next is tried.</summary>
    TryAgain,

    /// <summary>The one flashpoint of the portion has killed enough workers.</summary>
    GiveUp,

    /// <summary>The chunk has.</summary>
    Fail,
}
