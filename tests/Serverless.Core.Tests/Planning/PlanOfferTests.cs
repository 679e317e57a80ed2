using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Planning;

public sealed class PlanOfferTests
{
    private static readonly WorkerAssumptions Assumed = new()
    {
        PerFlashpoint = TimeSpan.FromSeconds(60),
        ColdStart = TimeSpan.FromSeconds(40),
        Idle = TimeSpan.FromSeconds(5),
    };

    [Theory]
    [InlineData(1, 640, 645)]
    [InlineData(4, 220, 780)]
    [InlineData(10, 100, 1_050)]
    [InlineData(64, 100, 1_050)]
    public void Offer_OfTenFlashpoints_StartsAndIdlesEachWorkerOnce(int workers, int seconds, long billed)
    {
        var offer = PlanOffer.Of(Plan(10, workers), workers, Assumed);

        (offer.Time, offer.BilledSeconds).ShouldBe((TimeSpan.FromSeconds(seconds), billed));
        (offer.InterruptibleTime, offer.InterruptibleBilledSeconds).ShouldBe((offer.Time, offer.BilledSeconds));
    }

    [Fact]
    public void Offer_WithInterruptions_AddsAStartAndHalfAFlashpointForEach()
    {
        var offer = PlanOffer.Of(Plan(60, 1), 1, Assumed with { InterruptionsPerHour = 3 });

        // An hour of work is interrupted three times, at 40 + 30 seconds each.
        (offer.InterruptibleTime - offer.Time).ShouldBe(TimeSpan.FromSeconds(210));
        (offer.InterruptibleBilledSeconds - offer.BilledSeconds).ShouldBe(210);
    }

    [Fact]
    public void Offer_OfNothing_CostsNothing()
    {
        var offer = PlanOffer.Of(Plan(0, 4), 4, Assumed);

        (offer.Time, offer.BilledSeconds).ShouldBe((TimeSpan.Zero, 0));
    }

    [Theory]
    [InlineData(4, 10, "1,2,4,8,10")]
    [InlineData(6, 1_000, "1,2,4,6,8,16,32,64")]
    [InlineData(100, 1_000, "1,2,4,8,16,32,64,100")]
    [InlineData(8, 3, "1,2,3")]
    [InlineData(4, 0, "1")]
    public void Workers_ToCompare_DoubleAndHaveTheOneThatWasAskedFor(int asked, int flashpoints, string counts) =>
        string.Join(',', PlanOffer.WorkersToCompare(asked, flashpoints)).ShouldBe(counts);

    private static ChunkPlan Plan(int flashpoints, int workers) => Planner.Plan(
        [.. Enumerable.Repeat(new FlashpointSize(100, 1), flashpoints)], new PlanOptions { Workers = workers });
}
