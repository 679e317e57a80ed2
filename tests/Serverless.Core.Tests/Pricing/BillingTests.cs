using FsCheck.Fluent;
using Serverless.Core.Pricing;

namespace Serverless.Core.Tests.Pricing;

public sealed class BillingTests
{
    [Theory]
    [InlineData(0.5, 2.0, 3)]
    [InlineData(null, 2.0, 2)]
    [InlineData(null, 2.001, 3)]
    [InlineData(1.1, 2.2, 4)]
    [InlineData(0.1, 0.2, 1)]
    [InlineData(5.0, null, 0)]
    [InlineData(5.0, 0.0, 0)]
    [InlineData(44.0, 600.0, 644)]
    [InlineData(3600.0, 600.0, 660)]
    public void Seconds_OfAJob_AreItsStartAndItsExecutionRoundedUp(double? delay, double? execution, int billed) =>
        Billing.SecondsOf(delay, execution).ShouldBe(billed);

    [Theory]
    [InlineData(0.1 + 0.2)]
    [InlineData(0.3)]
    public void Seconds_OfWhatADoubleCannotSay_BeginNoOtherSecond(double tenths) =>
        Billing.SecondsOf(0.7, tenths).ShouldBe(1);

    [Fact]
    public void Cost_OfAMillionJobs_AddsUpToTheLastDigit() =>
        Enumerable.Range(0, 1_000_000).Sum(_ => Billing.CostOf(0.4, 1.2, 0.00031m)).ShouldBe(620m);

    [Fact]
    public void Waste_OfAnyJob_IsPartOfItsCostAndGrowsWithWhatIsMissing() => Properties.Hold(
        from milliseconds in Gen.Choose(0, 10_000_000)
        from price in Gen.Choose(1, 25_000)
        from given in Gen.Choose(0, 500)
        from answered in Gen.Choose(-5, 505)
        select (milliseconds, price, given, answered),
        one =>
        {
            var cost = Billing.CostOf(1, one.milliseconds / 1000.0, one.price / 100_000m);

            var waste = Billing.WasteOf(cost, one.given, one.answered);

            waste.ShouldBeInRange(0, cost);
            waste.ShouldBeLessThanOrEqualTo(Billing.WasteOf(cost, one.given, one.answered - 1));
            Billing.WasteOf(cost, one.given, 0).ShouldBe(cost);
            if (one.given > 0) Billing.WasteOf(cost, one.given, one.given).ShouldBe(0);
        });

    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("12.4", "$12.40")]
    [InlineData("1234.567", "$1,234.57")]
    [InlineData("0.93", "$0.93")]
    [InlineData("0.9312", "$0.9312")]
    [InlineData("0.0123456", "$0.0123")]
    [InlineData("0.00124", "$0.00124")]
    [InlineData("0.000019", "$0.000019")]
    public void Dollars_OfAnySize_ShowDigitsThatCount(string dollars, string shown) =>
        Dollars.Show(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(shown);
}
