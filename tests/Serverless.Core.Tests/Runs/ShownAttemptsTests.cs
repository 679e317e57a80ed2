using System.Text.Json;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;

namespace Serverless.Core.Tests.Runs;

/// <summary>What a chunk shows of its attempts, whatever those were like.</summary>
public sealed class ShownAttemptsTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(10, 10)]
    public void Shown_OrdinaryAttempts_AreAllThere(int count, int expected) =>
        ShownAttempts.Of(1, 0, Attempts(count, "boom"), held: null).Attempts.Count.ShouldBe(expected);

    [Theory]
    [InlineData(3, "ü")]
    [InlineData(60, "x")]
    [InlineData(60, "ü")]
    [InlineData(999, "<")]
    public void Shown_ManyAttemptsWithLongErrors_AreTheNewestThatFit(int count, string letter)
    {
        var error = AttemptRecord.Shorten(string.Concat(Enumerable.Repeat(letter, 10_000)));

        var shown = ShownAttempts.Of(1, 0, Attempts(count, error), held: error);

        JsonSerializer.Serialize(shown, RunJson.Default.ChunkProgress).Length.ShouldBeLessThanOrEqualTo(Limits.MaxShownLength);
        shown.Attempts.Count.ShouldBeGreaterThanOrEqualTo(2);
        var first = count - shown.Attempts.Count + 1;
        shown.Attempts.Select(attempt => attempt.Attempt).ShouldBe(Enumerable.Range(first, shown.Attempts.Count));
        (shown.Earlier?.Count ?? 0).ShouldBe(count - shown.Attempts.Count);
        (shown.Attempts.Sum(attempt => attempt.Cost) + (shown.Earlier?.Cost ?? 0)).ShouldBe(0.5m * count);
        (shown.Earlier?.WastedCost ?? 0).ShouldBe(0.25m * (count - shown.Attempts.Count));
    }

    [Fact]
    public void Shown_JobThatHasNotEnded_IsNeverLeftOut()
    {
        var attempts = Attempts(40, new string('x', 300));
        attempts[5] = attempts[5] with { EndedAt = null };

        ShownAttempts.Of(1, 0, attempts, held: null).Attempts[0].Attempt.ShouldBe(6);
    }

    private static List<AttemptRecord> Attempts(int count, string? error) =>
        [.. Enumerable.Range(1, count).Select(number => Attempt(number, error))];

    private static AttemptRecord Attempt(int number, string? error) => new()
    {
        Attempt = number,
        State = JobState.Completed,
        JobId = "60902e6c-08a1-4426-9cb9-9eaec90f5e2b-u1",
        Flashpoints = 1_000,
        SubmittedAt = DateTimeOffset.UnixEpoch.AddTicks(1),
        RunningAt = DateTimeOffset.UnixEpoch.AddTicks(1),
        EndedAt = DateTimeOffset.UnixEpoch.AddTicks(1),
        DelaySec = 1234.567,
        ExecutionSec = 1234.567,
        WorkerId = "abcdefghijklmn",
        Cost = 0.5m,
        WastedCost = 0.25m,
        CostEstimated = true,
        Superseded = true,
        Error = error,
    };
}
