using Serverless.Core.Alerts;
using Serverless.Core.Runs;

namespace Serverless.Core.Tests.Runs;

/// <summary>Ids that every backend of Durable Task keeps: at most 100 characters, and none of those it forbids.</summary>
public sealed class NamesTests
{
    private const string Job = "60902e6c-08a1-4426-9cb9-9eaec90f5e2b-u1";

    [Fact]
    public void Pursuit_OrdinaryJob_SaysWhichOneItIs() =>
        Names.Pursuit("etl-2025-01-01", 3, 2, Job).ShouldBe($"cancel:etl-2025-01-01:3-2-{Job}");

    [Theory]
    [InlineData("a/b#c?d\\e")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public void Pursuit_JobIdThatNoBackendTakes_IsShortPlainAndItsOwn(string job)
    {
        var id = Names.Pursuit("etl-2025-01-01", 3, 2, job);

        id.ShouldStartWith(Names.PursuitPrefix("etl-2025-01-01"));
        id.Length.ShouldBeLessThanOrEqualTo(100);
        id.IndexOfAny(['/', '\\', '?', '#']).ShouldBe(-1);
        id.ShouldNotBe(Names.Pursuit("etl-2025-01-01", 3, 2, job + "x"));
        id.ShouldNotBe(Names.Pursuit("etl-2025-01-01", 3, 1, job));
    }

    [Fact]
    public void Ids_OfARunWithAnIdOf64Characters_FitIntoAnyBackend()
    {
        var run = new string('r', 64);

        new[]
        {
            Names.ChunkInstance(run, Limits.MaxChunks), Names.GroupInstance(run, 999, 9_999), Names.SectionInstance(run, 999, 9_999),
            Names.Pursuit(run, Limits.MaxChunks, Limits.MaxAttempts, Job),
        }.ShouldAllBe(id => id.Length <= 100);
    }

    [Fact]
    public void Alert_WithALongOccurrence_IsShort()
    {
        var alert = new Alert
        {
            Event = AlertEvent.Completed,
            Subject = "etl-2025-01-01",
            Occurrence = new string('9', 120),
            At = DateTimeOffset.UnixEpoch,
            Title = "a run failed",
        };

        var id = Names.Alert(alert, "slack");

        id.ShouldStartWith(Names.AlertPrefix("etl-2025-01-01"));
        id.Length.ShouldBeLessThanOrEqualTo(100);
        id.ShouldNotBe(Names.Alert(alert, "teams"));
    }
}
