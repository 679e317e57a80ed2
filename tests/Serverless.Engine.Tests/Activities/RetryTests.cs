using System.Collections.Concurrent;

namespace Serverless.Engine.Tests.Activities;

public sealed class RetryTests
{
    private readonly ConcurrentQueue<TimeSpan> _calls = new();

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(3, 3, false)]
    [InlineData(3, 2, true)]
    [InlineData(5, 5, true)]
    public async Task Retry_MaxNumberOfAttempts_CountsTheFirstToo(int allowed, int needed, bool succeeds)
    {
        await using var engine = Failing(succeeds ? needed - 1 : int.MaxValue, new RetryPolicy(allowed, Seconds(1)));
        var id = await engine.ScheduleAsync("Main", 0);

        for (var retry = 1; retry < needed; retry++) await engine.AdvanceAsync(Seconds(1));

        (await engine.EndAsync(id)).RuntimeStatus.ShouldBe(
            succeeds ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed);
        _calls.Count.ShouldBe(needed);
    }

    [Fact]
    public async Task Retry_Backoff_WaitsLongerUpToTheLongestAndNeverLess()
    {
        var policy = new RetryPolicy(5, Seconds(1), backoffCoefficient: 2, maxRetryInterval: Seconds(3));
        await using var engine = Failing(int.MaxValue, policy);
        var id = await engine.ScheduleAsync("Main", 0);

        foreach (var wait in (int[])[1, 2, 3, 3])
        {
            await engine.Clock.WhenTimerDueBy(engine.Clock.GetUtcNow() + Seconds(wait)).WaitAsync(EngineHarness.Patience);
            engine.Clock.Advance(Seconds(wait) - TimeSpan.FromMilliseconds(1));
            engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await engine.FailureAsync(id);
        _calls.ShouldBe([Seconds(0), Seconds(1), Seconds(3), Seconds(6), Seconds(9)]);
    }

    [Fact]
    public async Task Retry_HandleFailureThrows_FailsTheInstanceWithThat()
    {
        await using var engine = Failing(int.MaxValue, new RetryPolicy(5, Seconds(1))
        {
            HandleFailure = _ => throw new ArithmeticException("cannot decide"),
        });

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.ErrorMessage.ShouldBe("cannot decide");
    }

    [Fact]
    public async Task Retry_LastFailure_IsTheOneThatIsThrown()
    {
        await using var engine = Failing(int.MaxValue, new RetryPolicy(2, Seconds(1)));
        var id = await engine.ScheduleAsync("Main", 0);
        await engine.AdvanceAsync(Seconds(1));

        (await engine.FailureAsync(id)).InnerFailure!.ErrorMessage.ShouldBe("attempt 2");
    }

    [Fact]
    public async Task Retry_RetryTimeout_StartsNoAttemptLater()
    {
        await using var engine = Failing(int.MaxValue, new RetryPolicy(100, Seconds(2), retryTimeout: Seconds(5)));
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.AdvanceAsync(Seconds(2));
        await engine.AdvanceAsync(Seconds(2));

        await engine.FailureAsync(id);
        _calls.ShouldBe([Seconds(0), Seconds(2), Seconds(4)]);
    }

    [Fact]
    public async Task Retry_TimesBeyondTheCalendar_AreCutToItsEnd()
    {
        var policy = new RetryPolicy(2, TimeSpan.MaxValue, retryTimeout: TimeSpan.MaxValue);
        await using var engine = Failing(int.MaxValue, policy);
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.WhenAsync(() => Task.FromResult(IsAsleep(engine)));

        (await engine.StatusAsync(id)).ShouldBe(OrchestrationRuntimeStatus.Running);
    }

    [Fact]
    public async Task Retry_Restarted_GoesOnCounting()
    {
        await using var engine = Failing(2, new RetryPolicy(3, Seconds(1)));
        var id = await engine.ScheduleAsync("Main", 0);
        await engine.AdvanceAsync(TimeSpan.Zero + Seconds(1));
        await engine.WhenAsync(() => Task.FromResult(_calls.Count == 2 && IsAsleep(engine)));

        await engine.RestartAsync();
        await engine.AdvanceAsync(Seconds(1));

        (await engine.ResultAsync<int>(id)).ShouldBe(3);
        _calls.Count.ShouldBe(3);
    }

    /// <summary>Whether it is on the disk that the last attempt has failed, and when the next one is due.</summary>
    private static bool IsAsleep(EngineHarness engine) =>
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM instances WHERE wake_at IS NOT NULL") == 1;

    private EngineHarness Failing(int failures, RetryPolicy policy)
    {
        var engine = new EngineHarness();
        var start = engine.Clock.GetUtcNow();
        return engine
            .Activity<int, int>("Flaky", _ =>
            {
                _calls.Enqueue(engine.Clock.GetUtcNow() - start);
                return _calls.Count > failures
                    ? _calls.Count
                    : throw new InvalidOperationException($"attempt {_calls.Count}");
            })
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Flaky", 0, policy));
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}
