namespace Serverless.Durable.Tests;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string, Func<RetryPolicy>> Refused => new()
    {
        { "maxNumberOfAttempts", () => new RetryPolicy(0, Second) },
        { "maxNumberOfAttempts", () => new RetryPolicy(-1, Second) },
        { "firstRetryInterval", () => new RetryPolicy(1, TimeSpan.Zero) },
        { "firstRetryInterval", () => new RetryPolicy(1, -Second) },
        { "firstRetryInterval", () => new RetryPolicy(1, Timeout.InfiniteTimeSpan) },
        { "backoffCoefficient", () => new RetryPolicy(1, Second, 0.99) },
        { "backoffCoefficient", () => new RetryPolicy(1, Second, double.NaN) },
        { "maxRetryInterval", () => new RetryPolicy(1, Second, maxRetryInterval: Second / 2) },
        { "maxRetryInterval", () => new RetryPolicy(1, Second, maxRetryInterval: TimeSpan.Zero) },
        { "retryTimeout", () => new RetryPolicy(1, Second, retryTimeout: Second / 2) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Policy_ArgumentOutOfRange_IsRefusedByName(string parameter, Func<RetryPolicy> create)
    {
        ArgumentNullException.ThrowIfNull(create);

        Should.Throw<ArgumentOutOfRangeException>(() => create()).ParamName.ShouldBe(parameter);
    }

    [Fact]
    public void Policy_SmallestAndInfiniteArguments_AreTaken()
    {
        var tick = TimeSpan.FromTicks(1);

        var smallest = new RetryPolicy(1, tick, 1, tick, tick);
        var infinite = new RetryPolicy(int.MaxValue, Second, 1, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var unsaid = new RetryPolicy(2, Second);

        (smallest.MaxRetryInterval, smallest.RetryTimeout).ShouldBe((tick, tick));
        (infinite.MaxRetryInterval, infinite.RetryTimeout).ShouldBe((Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        (unsaid.BackoffCoefficient, unsaid.MaxRetryInterval, unsaid.RetryTimeout)
            .ShouldBe((1.0, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        unsaid.HandleFailure(new FailureDetails("any", "any")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1.0, 100.0, new[] { 1.0, 1, 1, 1 })]
    [InlineData(2.0, 100.0, new[] { 1.0, 2, 4, 8 })]
    [InlineData(1.5, 100.0, new[] { 1.0, 1.5, 2.25, 3.375 })]
    [InlineData(2.0, 3.0, new[] { 1.0, 2, 3, 3 })]
    [InlineData(2.0, 1.0, new[] { 1.0, 1, 1, 1 })]
    public void IntervalAfter_GrowsUpToTheLongest(double coefficient, double longest, double[] seconds)
    {
        var policy = new RetryPolicy(10, Second, coefficient, TimeSpan.FromSeconds(longest));

        Enumerable.Range(1, 4).Select(attempt => policy.IntervalAfter(attempt).TotalSeconds).ShouldBe(seconds);
    }

    [Fact]
    public void IntervalAfter_BeyondAllTime_StaysTheLongestThereIs()
    {
        var endless = new RetryPolicy(int.MaxValue, Second, 10);
        var bounded = new RetryPolicy(int.MaxValue, Second, double.PositiveInfinity, TimeSpan.FromHours(1));

        endless.IntervalAfter(100_000).ShouldBe(TimeSpan.MaxValue);
        bounded.IntervalAfter(2).ShouldBe(TimeSpan.FromHours(1));
        new RetryPolicy(2, TimeSpan.MaxValue).IntervalAfter(1).ShouldBe(TimeSpan.MaxValue);
    }

    [Fact]
    public void IntervalAfter_AttemptBelowOne_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryPolicy(1, Second).IntervalAfter(0));
}
