using Serverless.Core.Planning;
using Serverless.Core.Pricing;

namespace Serverless.Core.Tests.Planning;

/// <summary>Figures that were reckoned by hand: two workers, two hours of work each, 60 s a start, 10 s idle, a flashpoint of ten
/// minutes; $0.0005 a second on demand, $0.0002 interruptible.</summary>
public sealed class SpotPlanTests
{
    private static readonly WorkerAssumptions Assumed = new()
    {
        PerFlashpoint = TimeSpan.FromSeconds(600),
        ColdStart = TimeSpan.FromSeconds(60),
        Idle = TimeSpan.FromSeconds(10),
    };

    private static readonly WorkerPrice Price = new("X", 0.0005m, 0.0002m);

    private static readonly SpotPlan Plan = Of(Assumed);

    // 2 x (60 + 7,200 + 10) = 14,540 s.
    [Fact]
    public void OnDemand_Always_IsNotInterrupted()
    {
        var option = Plan.OnDemand;

        (option.OnDemandSeconds, option.SpotSeconds, option.Cost).ShouldBe((14_540, 0, 7.27m));
        (option.Time, option.Interruptions, option.Lost).ShouldBe((TimeSpan.FromSeconds(7_260), 0, TimeSpan.Zero));
    }

    // From 02:01 to 04:01 each: 2 h x 7.5 % = 0.15, twice; each costs 60 + 300 = 360 s, so 54 s a worker:
    // 2 x (60 + 7,200 + 54 + 10) = 14,648 s. The end: 60 + 7,200 + 0.15 x (360 + 120) = 7,332 s.
    [Fact]
    public void Interruptible_FromTwo_LosesAStartAndHalfAFlashpointForEach()
    {
        var option = Plan.At(2, 0);

        (option.SpotSeconds, option.OnDemandSeconds, option.Cost).ShouldBe((14_648, 0, 2.9296m));
        option.Interruptions.ShouldBe(0.3, 1e-9);
        option.Lost.TotalSeconds.ShouldBe(108, 1e-6);
        option.Time.TotalSeconds.ShouldBe(7_332, 1e-6);
    }

    // From 07:01 to 09:01 each: 59/60 h x 7.5 % + 61/60 h x 15 % = 0.22625; x 360 = 81.45 s:
    // 2 x ceil(60 + 7,200 + 81.45 + 10) = 2 x 7,352 = 14,704 s.
    [Fact]
    public void Interruptible_AcrossTwoBands_MeetsTheRiskOfBoth()
    {
        var option = Plan.At(7, 0);

        option.Interruptions.ShouldBe(0.4525, 1e-9);
        (option.SpotSeconds, option.Cost).ShouldBe((14_704, 2.9408m));
    }

    // 6,480 s on the pod: 1.8 h x 7.5 % = 0.135, x 360 = 48.6 s: 2 x ceil(60 + 6,480 + 48.6 + 10) = 2 x 6,599 = 13,198 s, $2.6396;
    // then 2 x (60 + 720 + 10) = 1,580 s on demand, $0.79. The end: 60 + 6,480 + 0.135 x 480 + 60 + 720 = 7,384.8 s.
    [Fact]
    public void Hybrid_FromTwo_EndsOnDemand()
    {
        var option = Plan.At(2, 0.10m);

        (option.SpotSeconds, option.OnDemandSeconds, option.Cost).ShouldBe((13_198, 1_580, 3.4296m));
        option.Time.TotalSeconds.ShouldBe(7_384.8, 1e-6);
        option.LastInterruptions.ShouldBe(0.135, 1e-9);
    }

    // A checkpoint every minute: 60 + 30 = 90 s each, 13.5 s a worker: 2 x ceil(7,283.5) = 14,568 s.
    [Fact]
    public void Interruptible_WithMoreCheckpoints_LosesLess()
    {
        var option = Of(Assumed with { CheckpointInterval = TimeSpan.FromSeconds(60) }).At(2, 0);

        (option.SpotSeconds, option.Cost).ShouldBe((14_568, 2.9136m));
    }

    [Fact]
    public void BestHour_ByCost_IsTheFirstOfTheQuietOnes()
    {
        Plan.BestHour(0.10m).StartHour.ShouldBe(2);
        Plan.BestSplit(2).Tail.ShouldBe(0);
    }

    // On demand is 72 s sooner than interruptible and costs $4.3404 more: that is worth it from $217.02 an hour.
    [Theory]
    [InlineData(217, 0)]
    [InlineData(218, 1)]
    public void BestSplit_OfSomebodyInAHurry_IsOnDemand(int hourWorth, int tail) =>
        Of(Assumed, hourWorth).BestSplit(2).Tail.ShouldBe(tail);

    [Fact]
    public void Plan_OfNothing_CostsNothing()
    {
        var plan = new SpotPlan([], Assumed, Spot(), Price);

        (plan.At(2, 0.1m).Cost, plan.OnDemand.Time).ShouldBe((0, TimeSpan.Zero));
    }

    [Fact]
    public void Plan_WithoutAnInterruptiblePrice_IsRefused() => Should.Throw<ArgumentException>(() =>
        new SpotPlan([], Assumed, Spot(), Price with { InterruptiblePerSecond = null })).ParamName.ShouldBe("price");

    private static SpotPlan Of(WorkerAssumptions assumed, decimal hourWorth = 0) =>
        new([TimeSpan.FromHours(2), TimeSpan.FromHours(2)], assumed, Spot() with { HourWorth = hourWorth }, Price);

    private static SpotAssumptions Spot() => new() { Risk = InterruptionRisk.Of(InterruptionRiskTable.BuiltIn, observed: null) };
}
