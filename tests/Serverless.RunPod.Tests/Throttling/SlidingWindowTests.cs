using FsCheck;
using FsCheck.Fluent;
using Serverless.RunPod.Throttling;

namespace Serverless.RunPod.Tests.Throttling;

public sealed class SlidingWindowTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    [Fact]
    public void Take_AnyArrivals_NoWindowHoldsMoreThanItsCapacity() =>
        ForAnyRun((capacity, grants) =>
            Enumerable.Range(0, Math.Max(0, grants.Count - capacity))
                .All(i => grants[i + capacity].TakenAt - grants[i].TakenAt >= Length));

    [Fact]
    public void Take_AnyArrivals_NobodyWaitsLongerThanTheRuleAsks() =>
        ForAnyRun((capacity, grants) => Enumerable.Range(0, grants.Count).All(i =>
        {
            var free = i < capacity ? TimeSpan.Zero : grants[i - capacity].TakenAt + Length;
            return grants[i].TakenAt == new[] { grants[i].AskedAt, grants[i].PausedUntil, free }.Max();
        }));

    [Fact]
    public void Take_TooEarly_Throws()
    {
        var window = new SlidingWindow(1, Length);
        window.Take(TimeSpan.Zero);

        Should.Throw<InvalidOperationException>(() => window.Take(Length - TimeSpan.FromTicks(1)));
        window.Take(Length);
    }

    [Fact]
    public void PauseUntil_EarlierEnd_DoesNotShortenAPause()
    {
        var window = new SlidingWindow(1, Length);

        window.PauseUntil(TimeSpan.FromSeconds(5));
        window.PauseUntil(TimeSpan.FromSeconds(2));

        window.NextAt.ShouldBe(TimeSpan.FromSeconds(5));
    }

    private static void ForAnyRun(Func<int, List<Grant>, bool> holds)
    {
        var steps = Gen.Choose(0, 4000).Two().ListOf();
        var runs = Gen.Choose(1, 7).SelectMany(
            capacity => steps.Select(list => (Capacity: capacity, Steps: list.ToList())));
        Check.QuickThrowOnFailure(
            Prop.ForAll(runs.ToArbitrary(), run => holds(run.Capacity, Play(run.Capacity, run.Steps))));
    }

    // Each step is a gap before the next caller and, one time in eight, a pause that begins then.
    private static List<Grant> Play(int capacity, List<(int Gap, int Pause)> steps)
    {
        var window = new SlidingWindow(capacity, Length);
        var grants = new List<Grant>();
        var (now, paused) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var (gap, pause) in steps)
        {
            now += TimeSpan.FromMilliseconds(gap);
            if (pause % 8 == 0)
            {
                window.PauseUntil(now + TimeSpan.FromMilliseconds(pause));
                if (now + TimeSpan.FromMilliseconds(pause) > paused) paused = now + TimeSpan.FromMilliseconds(pause);
            }

            var askedAt = now;
            if (window.NextAt > now) now = window.NextAt;
            window.Take(now);
            grants.Add(new Grant(askedAt, paused, now));
        }

        return grants;
    }

    private sealed record Grant(TimeSpan AskedAt, TimeSpan PausedUntil, TimeSpan TakenAt);
}
