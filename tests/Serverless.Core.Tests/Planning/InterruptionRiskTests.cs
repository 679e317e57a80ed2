using System.Text;
using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Planning;

public sealed class InterruptionRiskTests
{
    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.075)]
    [InlineData(7, 0.075)]
    [InlineData(8, 0.15)]
    [InlineData(19, 0.15)]
    [InlineData(20, 0.25)]
    [InlineData(23, 0.25)]
    public void BuiltIn_EachHour_HasTheMiddleOfItsBand(int hour, double expected) =>
        InterruptionRisk.Of(InterruptionRiskTable.BuiltIn, observed: null)[hour].PerHour.ShouldBe(expected, 1e-12);

    /// <summary>(20 x 7.5 % + seen) / (20 + pod-hours).</summary>
    [Theory]
    [InlineData(0, 0, 0.075)]
    [InlineData(20, 0, 0.0375)]
    [InlineData(20, 3, 0.1125)]
    [InlineData(1_980, 100, 0.05075)]
    public void Observed_Hours_TakeThePlaceOfTheTable(double podHours, int interruptions, double expected)
    {
        var observed = new ObservedInterruptions
        {
            Since = DateTimeOffset.UnixEpoch,
            Hours = [new ObservedHour { Hour = 3, PodHours = podHours, Interruptions = interruptions }],
        };

        var risk = InterruptionRisk.Of(InterruptionRiskTable.BuiltIn, observed);

        risk[3].PerHour.ShouldBe(expected, 1e-12);
        risk[4].PerHour.ShouldBe(0.075, 1e-12, "of that hour nothing was seen");
    }

    [Theory]
    [InlineData(2, 1.5, "2:1 3:0.5")]
    [InlineData(23.75, 1, "0:0.75 23:0.25")]
    [InlineData(1, 24, "0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1 11:1 12:1 13:1 14:1 15:1 16:1 17:1 18:1 19:1 20:1 21:1 22:1 23:1")]
    [InlineData(5, 0, "")]
    public void Spread_OfWork_LiesInTheHoursThatItLastsThrough(double startsAt, double hours, string expected)
    {
        var spread = InterruptionRisk.Spread(TimeSpan.FromHours(startsAt), TimeSpan.FromHours(hours));

        var touched = spread.Index().Where(hour => hour.Item > 0);
        string.Join(' ', touched.Select(hour => FormattableString.Invariant($"{hour.Index}:{hour.Item}"))).ShouldBe(expected);
    }

    [Fact]
    public void Spread_OfAThousandDays_IsReckonedAtOnce() =>
        InterruptionRisk.Spread(TimeSpan.Zero, TimeSpan.FromDays(1_000.5)).Sum().ShouldBe(24_012, 1e-6);

    [Theory]
    [InlineData("""{"version":"1","source":"x","bands":[]}""", "\"bands\" is empty; allowed is a list of objects.")]
    [InlineData("""{"version":"1","source":"x","bands":[null]}""", "\"bands\" has a null in it; allowed is a list of objects.")]
    [InlineData("""{"version":"1","source":"x","bands":null}""", "it is no table of interruption risks: ")]
    [InlineData(
        """{"version":"1","source":"x","bands":[{"from_hour":1,"to_hour":24,"low":0,"high":1}]}""",
        "hour 0 is in 0 bands; allowed is one.")]
    [InlineData(
        """
        {"version":"1","source":"x","bands":[{"from_hour":0,"to_hour":24,"low":0,"high":1},{"from_hour":5,"to_hour":6,"low":0,"high":1}]}
        """,
        "hour 5 is in 2 bands; allowed is one.")]
    [InlineData(
        """{"version":"1","source":"x","bands":[{"from_hour":0,"to_hour":25,"low":0,"high":1}]}""",
        "a band goes from hour 0 to 25; allowed are 0 to 23, and 24 for its end.")]
    [InlineData(
        """{"version":"1","source":"x","bands":[{"from_hour":0,"to_hour":24,"low":0.3,"high":0.2}]}""",
        "\"low\" and \"high\" from hour 0 are 0.3 and 0.2; allowed are 0 to 1, low no more than high.")]
    [InlineData("null", "it is no table of interruption risks, but null; allowed is an object.")]
    [InlineData("[", "it is no table of interruption risks: ")]
    public void Table_OfAnotherForm_IsRefusedWithWhatIsAllowed(string json, string message) =>
        Should.Throw<FormatException>(() => InterruptionRiskTable.Read(Encoding.UTF8.GetBytes(json))).Message.ShouldStartWith(message);
}
