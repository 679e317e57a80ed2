using System.Collections.Concurrent;
using Serverless.Durable;
using Shouldly;
using Xunit;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    /// <summary>Arguments of a policy that are out of range, and the name of the one at fault.</summary>
    public static TheoryData<string, int, int, double, int?, int?> RefusedPolicies => new()
    {
        { "maxNumberOfAttempts", 0, 1, 1, null, null },
        { "firstRetryInterval", 1, 0, 1, null, null },
        { "backoffCoefficient", 1, 1, 0.9, null, null },
        { "maxRetryInterval", 1, 2, 1, 1, null },
        { "retryTimeout", 1, 2, 1, null, 1 },
    };

    [Theory]
    [MemberData(nameof(RefusedPolicies))]
    public void RetryPolicy_ArgumentOutOfRange_IsRefused(
        string parameter, int attempts, int first, double backoff, int? longest, int? timeout) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryPolicy(
                attempts, TimeSpan.FromSeconds(first), backoff, Seconds(longest), Seconds(timeout)))
            .ParamName.ShouldBe(parameter);

    [Fact]
    public void RetryPolicy_InfiniteTimes_AreTaken()
    {
        var infinite = new RetryPolicy(1, ShortTime, 1, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        (infinite.MaxRetryInterval, infinite.RetryTimeout).ShouldBe((Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Retry_MaxNumberOfAttempts_IsTheTotal(int attempts)
    {
        var calls = new ConcurrentQueue<int>();
        await using var host = await StartAsync(Failing(calls, new RetryPolicy(attempts, ShortTime)));
        await ScheduleAsync(host, 0);

        for (var retry = 1; retry < attempts; retry++) await host.PassAsync(ShortTime);

        (await FailureAsync(host)).InnerFailure!.ErrorMessage.ShouldBe($"attempt {attempts}");
        calls.Count.ShouldBe(attempts);
    }

    [Fact]
    public async Task Retry_HandleFailureSaysNo_IsAskedOnceAndNothingIsRetried()
    {
        var calls = new ConcurrentQueue<int>();
        var asked = new ConcurrentQueue<string>();
        var policy = new RetryPolicy(5, ShortTime)
        {
            HandleFailure = failure =>
            {
                asked.Enqueue(failure.ErrorMessage);
                return false;
            },
        };
        await using var host = await StartAsync(Failing(calls, policy));
        await ScheduleAsync(host, 0);

        (await FailureAsync(host)).ErrorMessage
            .ShouldBe("Task 'Flaky' (#0) failed with an unhandled exception: attempt 1");
        asked.ShouldBe(["attempt 1"]);
        calls.Count.ShouldBe(1);
    }

    private static DurableRegistry Failing(ConcurrentQueue<int> calls, RetryPolicy policy) => Registry()
        .Activity<int, int>("Flaky", i =>
        {
            calls.Enqueue(i);
            throw new InvalidOperationException($"attempt {calls.Count}");
        })
        .Orchestrator<int, int>(Main, (context, _) => context.CallActivityAsync<int>("Flaky", 0, policy));

    private static TimeSpan? Seconds(int? count) => count is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
