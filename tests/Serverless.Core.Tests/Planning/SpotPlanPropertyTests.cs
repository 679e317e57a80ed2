using FsCheck;
using FsCheck.Fluent;
using Serverless.Core.Planning;
using Serverless.Core.Pricing;

namespace Serverless.Core.Tests.Planning;

/// <summary>What holds of every spot plan.</summary>
public sealed class SpotPlanPropertyTests
{
    private static readonly Gen<Case> Cases =
        from work in Gen.Choose(0, 200_000).ListOf()
        from assumed in from perFlashpoint in Gen.Choose(1, 20_000)
                        from coldStart in Gen.Choose(0, 600)
                        from idle in Gen.Choose(0, 60)
                        select (perFlashpoint, coldStart, idle)
        from prices in Gen.Choose(1, 1_000).Two()
        from risks in Gen.Choose(0, 100).ListOf(24)
        from start in Gen.Choose(0, 23)
        from tail in Gen.Choose(0, 100)
        select new Case(
            [.. work.Take(20).Select(seconds => TimeSpan.FromSeconds(seconds / 10.0))],
            new WorkerAssumptions
            {
                PerFlashpoint = TimeSpan.FromSeconds(assumed.perFlashpoint),
                ColdStart = TimeSpan.FromSeconds(assumed.coldStart),
                Idle = TimeSpan.FromSeconds(assumed.idle),
            },
            new WorkerPrice("X", Math.Max(prices.Item1, prices.Item2) / 1_000_000m, Math.Min(prices.Item1, prices.Item2) / 1_000_000m),
            [.. risks.Select(percent => percent / 100.0)],
            start,
            tail / 100m);

    [Fact]
    public void Costs_Always_AreNotNegative() => Properties.Hold(Cases, one =>
    {
        var option = one.Plan().At(one.Start, one.Tail);
        option.Cost.ShouldBeGreaterThanOrEqualTo(0);
        option.Interruptions.ShouldBeGreaterThanOrEqualTo(0);
        option.Lost.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        option.Time.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
    });

    [Fact]
    public void Costs_WithMoreRisk_AreNotLess() => Properties.Hold(Cases, one =>
    {
        var less = one.Plan().At(one.Start, one.Tail);
        var more = (one with { Risks = [.. one.Risks.Select(risk => Math.Min(1, risk + 0.1))] }).Plan().At(one.Start, one.Tail);
        more.Cost.ShouldBeGreaterThanOrEqualTo(less.Cost);
        more.Time.ShouldBeGreaterThanOrEqualTo(less.Time);
        more.Interruptions.ShouldBeGreaterThanOrEqualTo(less.Interruptions);
    });

    [Fact]
    public void Interruptible_WithoutRisk_IsOnDemandAtTheOtherPrice() => Properties.Hold(Cases, one =>
    {
        var plan = (one with { Risks = new double[24] }).Plan();
        var (interruptible, onDemand) = (plan.At(one.Start, 0), plan.OnDemand);
        interruptible.SpotSeconds.ShouldBe(onDemand.OnDemandSeconds);
        interruptible.Cost.ShouldBe(onDemand.OnDemandSeconds * one.Price.InterruptiblePerSecond!.Value);
        interruptible.Time.ShouldBe(onDemand.Time);
    });

    [Fact]
    public void Hybrid_AtItsEnds_IsOneOfTheTwo() => Properties.Hold(Cases, one =>
    {
        one.Plan().At(one.Start, 0).OnDemandSeconds.ShouldBe(0);
        one.Plan().At(one.Start, 1).SpotSeconds.ShouldBe(0);
        one.Plan().At(one.Start, 1).Cost.ShouldBe(one.Plan().OnDemand.Cost);
    });

    /// <summary>With the same risk all day and nothing for starts and idling: those a hybrid pays twice.</summary>
    [Fact]
    public void Hybrid_OfTheSameRiskAllDay_LiesBetweenTheTwo() => Properties.Hold(Cases, one =>
    {
        var flat = one with
        {
            Risks = [.. Enumerable.Repeat(one.Risks[0], 24)],
            Assumed = one.Assumed with { ColdStart = TimeSpan.Zero, Idle = TimeSpan.Zero },
        };
        var plan = flat.Plan();
        var (spot, hybrid, onDemand) = (plan.At(one.Start, 0).Cost, plan.At(one.Start, one.Tail).Cost, plan.OnDemand.Cost);
        var begunSeconds = one.Work.Count * (one.Price.PerSecond + one.Price.InterruptiblePerSecond!.Value);
        hybrid.ShouldBeGreaterThanOrEqualTo(Math.Min(spot, onDemand) - begunSeconds);
        hybrid.ShouldBeLessThanOrEqualTo(Math.Max(spot, onDemand) + begunSeconds);
    });

    [Fact]
    public void BestHour_Always_IsNoDearerThanAnyOther() => Properties.Hold(Cases, one =>
    {
        var plan = one.Plan();
        plan.ByHour(one.Tail).ShouldAllBe(option => plan.Total(option) >= plan.Total(plan.BestHour(one.Tail)));
    });

    private sealed record Case(
        IReadOnlyList<TimeSpan> Work, WorkerAssumptions Assumed, WorkerPrice Price, double[] Risks, int Start, decimal Tail)
    {
        public SpotPlan Plan()
        {
            var table = new InterruptionRiskTable
            {
                Version = "test",
                Source = "test",
                Bands = [.. Risks.Select((risk, hour) => new RiskBand { FromHour = hour, ToHour = hour + 1, Low = risk, High = risk })],
            };
            return new SpotPlan(Work, Assumed, new SpotAssumptions { Risk = InterruptionRisk.Of(table, observed: null) }, Price);
        }
    }
}
