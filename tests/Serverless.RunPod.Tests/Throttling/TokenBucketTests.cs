using FsCheck;
using FsCheck.Fluent;
using Serverless.RunPod.Tests.Harness;
using Serverless.RunPod.Throttling;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests.Throttling;

public sealed class TokenBucketTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly ManualClock _clock = new();
    private readonly TokenBucket _bucket;

    public TokenBucketTests() => _bucket = new TokenBucket(1, Window, _clock);

    public void Dispose() => _bucket.Dispose();

    [Fact]
    public void Take_ManyAtOnce_GoThroughAtTheFullRateAndNoFaster()
    {
        var cases = Gen.Choose(1, 5).SelectMany(capacity => Gen.Choose(1, 23).Select(callers => (capacity, callers)));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40),
            Prop.ForAll(
                cases.ToArbitrary(), sizes => Task.Run(() => CrowdAsync(sizes.capacity, sizes.callers)).Result));
    }

    [Fact]
    public async Task Take_Callers_AreServedInTheOrderTheyCame()
    {
        var callers = Enumerable.Range(0, 6).Select(_ => _bucket.TakeAsync(CancellationToken.None)).ToList();

        for (var i = 0; i < callers.Count; i++)
        {
            await callers[i].WaitAsync(Guard);
            callers.Skip(i + 1).ShouldAllBe(caller => !caller.IsCompleted);
            if (i < callers.Count - 1) await NextTimerAsync();
        }
    }

    [Fact]
    public async Task Take_CancelledInLine_CostsNoTokenAndNoTime()
    {
        using var source = new CancellationTokenSource();
        await _bucket.TakeAsync(CancellationToken.None);
        var first = _bucket.TakeAsync(source.Token);
        var second = _bucket.TakeAsync(source.Token);
        var third = _bucket.TakeAsync(CancellationToken.None);

        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await Should.ThrowAsync<OperationCanceledException>(second);

        var waits = await _clock.DriveAsync(third);
        waits.ShouldBe([Window]);
    }

    [Fact]
    public async Task SlowDown_WhileCallersWait_HoldsThemToo()
    {
        await _bucket.TakeAsync(CancellationToken.None);
        var waiting = _bucket.TakeAsync(CancellationToken.None);

        _bucket.SlowDown(TimeSpan.FromSeconds(13));

        (await _clock.DriveAsync(waiting)).ShouldBe([Window, TimeSpan.FromSeconds(3)]);
    }

    [Fact]
    public async Task SlowDown_Once_HalvesTheRateAndRecoversATenthPerWindow()
    {
        using var bucket = new TokenBucket(20, Window, _clock);

        bucket.SlowDown(TimeSpan.Zero);

        var perWindow = new List<int>();
        for (var window = 0; window < 7; window++)
        {
            perWindow.Add(await TakeAllAsync(bucket));
            _clock.Advance(Window);
        }

        perWindow.ShouldBe([10, 12, 14, 16, 18, 20, 20]);
    }

    [Fact]
    public void SlowDown_ManyAtOnce_CountAsOne()
    {
        var share = new AdaptiveShare(Window);

        for (var call = 0; call < 20; call++) share.OnRefused(TimeSpan.FromMilliseconds(call));

        share.At(TimeSpan.FromSeconds(1)).ShouldBe(0.5);
    }

    [Fact]
    public void SlowDown_AgainAndAgain_NeverStopsIt()
    {
        var share = new AdaptiveShare(Window);

        for (var call = 0; call < 20; call++) share.OnRefused(TimeSpan.FromSeconds(6 * call));

        share.At(TimeSpan.FromSeconds(115)).ShouldBe(1.0 / 16);
    }

    [Fact]
    public async Task Take_WaitWithPartsOfAMillisecond_IsRoundedUp()
    {
        await _bucket.TakeAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromTicks(1));

        var waits = await _clock.DriveAsync(_bucket.TakeAsync(CancellationToken.None));

        waits.ShouldBe([Window]);
    }

    [Fact]
    public async Task Gate_TooManyAtOnce_WaitForAPlace()
    {
        using var gate = new OperationGate(callsPerWindow: 100, callsAtOnce: 4, share: 0.5, _clock);
        await gate.EnterAsync(CancellationToken.None);
        await gate.EnterAsync(CancellationToken.None);

        var third = gate.EnterAsync(CancellationToken.None);
        third.IsCompleted.ShouldBeFalse();
        gate.Leave();

        await third.WaitAsync(Guard);
    }

    [Fact]
    public async Task Gate_ThatSpreadsItsCalls_LetsAFiftiethThroughInAFifthOfASecondAndATwentiethMore()
    {
        using var gate = new OperationGate(callsPerWindow: 2000, callsAtOnce: 4000, share: 1, _clock, evenly: true);

        var calls = Enumerable.Range(0, 2000).Select(_ => gate.EnterAsync(CancellationToken.None)).ToList();

        calls.Count(call => call.IsCompletedSuccessfully).ShouldBe(42);
        var waits = await _clock.DriveAsync(Task.WhenAll(calls));
        waits.Sum(wait => wait.TotalSeconds).ShouldBe(Math.Ceiling(2000 / 42.0 - 1) * 0.2, tolerance: 0.001);
    }

    [Fact]
    public async Task Gate_CancelledWaitForAToken_GivesItsPlaceBack()
    {
        using var gate = new OperationGate(callsPerWindow: 1, callsAtOnce: 2, share: 1, _clock);
        using var source = new CancellationTokenSource();
        await gate.EnterAsync(CancellationToken.None);
        var waiting = gate.EnterAsync(source.Token);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);

        var next = gate.EnterAsync(CancellationToken.None);

        (await _clock.DriveAsync(next)).ShouldBe([Window]);
    }

    private static async Task<int> TakeAllAsync(TokenBucket bucket)
    {
        using var stop = new CancellationTokenSource();
        var taken = 0;
        while (bucket.TakeAsync(stop.Token) is var take)
        {
            if (!take.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(take);
                return taken;
            }

            taken++;
        }

        return taken;
    }

    private async Task NextTimerAsync()
    {
        await _clock.WhenTimerDueBy(DateTimeOffset.MaxValue).WaitAsync(Guard);
        _clock.AdvanceTo(_clock.NextDue.ShouldNotBeNull());
    }

    private static async Task<bool> CrowdAsync(int capacity, int callers)
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        using var bucket = new TokenBucket(capacity, Window, clock);
        var tasks = Enumerable.Range(0, callers).Select(_ => bucket.TakeAsync(CancellationToken.None)).ToList();
        var everyone = Task.WhenAll(tasks);
        while (true)
        {
            await Task.WhenAny(everyone, clock.WhenTimerDueBy(DateTimeOffset.MaxValue)).WaitAsync(Guard);
            var windows = 1 + (int)((clock.GetUtcNow() - start) / Window);
            if (tasks.Count(task => task.IsCompleted) > windows * capacity) return false;
            if (everyone.IsCompleted) break;
            clock.AdvanceTo(clock.NextDue!.Value);
        }

        return clock.GetUtcNow() - start == Window * ((callers - 1) / capacity);
    }
}
