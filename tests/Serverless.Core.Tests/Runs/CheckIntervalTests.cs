using Serverless.Core.Runs;

namespace Serverless.Core.Tests.Runs;

public sealed class CheckIntervalTests
{
    [Theory]
    [InlineData(0, 3, null, 3)]
    [InlineData(100, 3, null, 3)]
    [InlineData(1_000, 3, null, 20)]
    [InlineData(3_600, 3, null, 60)]
    [InlineData(7_200, 3, null, 60)]
    [InlineData(7_200, 120, null, 120)]
    [InlineData(0, 3, 40.0, 40)]
    [InlineData(0, 3, 7_200.0, 60)]
    [InlineData(39, 3, 40.0, 3)]
    [InlineData(1_000, 3, 1_030.0, 30)]
    [InlineData(1_000, 3, 1_010.0, 20)]
    [InlineData(1_000, 3, 500.0, 20)]
    [InlineData(0, 0.1, null, 0.1)]
    public void After_SomeWait_GrowsWithItAndAimsAtTheExpectedEnd(
        double waited, double shortest, double? expected, double interval)
    {
        var after = CheckInterval.After(
            TimeSpan.FromSeconds(waited),
            TimeSpan.FromSeconds(shortest),
            expected is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        after.ShouldBe(TimeSpan.FromSeconds(interval));
    }

    [Fact]
    public void After_AJobOfTwoHours_CostsAboutTwoHundredLooks()
    {
        var waited = TimeSpan.Zero;
        var looks = 0;
        for (; waited < TimeSpan.FromHours(2); looks++)
            waited += CheckInterval.After(waited, TimeSpan.FromSeconds(3), expected: null);

        looks.ShouldBeInRange(150, 300);
        (waited - TimeSpan.FromHours(2)).ShouldBeLessThan(TimeSpan.FromSeconds(61));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 6)]
    [InlineData(5, 48)]
    [InlineData(8, 300)]
    [InlineData(1_000, 300)]
    public void Backoff_AfterFailures_DoublesUpToFiveMinutesAndAddsAtMostHalf(int failures, double seconds)
    {
        var (least, most) = (Bytes(0x00), Bytes(0xFF));

        Retries.Backoff(failures, TimeSpan.FromSeconds(3), least).ShouldBe(TimeSpan.FromSeconds(seconds));
        Retries.Backoff(failures, TimeSpan.FromSeconds(3), most).ShouldBe(TimeSpan.FromSeconds(seconds * 1.5));
    }

    private static Guid Bytes(byte value) => new(Enumerable.Repeat(value, 16).ToArray());
}
