namespace Serverless.Benchmarks.Fleet;

/// <summary>Waits for conditions, each for a while, and all of them together no longer than the whole may take.</summary>
/// <param name="longest">How long the whole may take.</param>
internal sealed class FleetWaiting(TimeSpan longest)
{
    /// <summary>Longer than any fleet may take: for processes, whose time is watched here.</summary>
    public static readonly TimeSpan Ever = TimeSpan.FromHours(4);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private volatile bool _isOver;

    /// <summary>Nothing is worth waiting for any more.</summary>
    public void GiveUp() => _isOver = true;

    /// <exception cref="WrongResultException">It does not come to hold.</exception>
    public Task UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()));

    /// <exception cref="WrongResultException">It does not come to hold.</exception>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        if (!await HoldsWithinAsync(Patience, holds)) throw new WrongResultException($"Waited {Patience} in vain for {what}.");
    }

    /// <summary>Waits for something that need not come.</summary>
    /// <returns>Whether it did.</returns>
    public Task<bool> HoldsWithinAsync(TimeSpan patience, Func<bool> holds) =>
        HoldsWithinAsync(patience, () => Task.FromResult(holds()));

    private async Task<bool> HoldsWithinAsync(TimeSpan patience, Func<Task<bool>> holds)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (_isOver) throw new WrongResultException("Something else has gone wrong.");
            if (TimeProvider.System.GetElapsedTime(_start) > longest) throw new WrongResultException($"It took longer than {longest}.");
            if (TimeProvider.System.GetElapsedTime(start) > patience) return false;
            await Task.Delay(Interval, TimeProvider.System);
        }

        return true;
    }
}
