using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Runs;

public sealed class OnDemandRuleTests
{
    [Theory]
    [InlineData(0, 0, """{"id":"a"}""", false)]
    [InlineData(0, 1, """{"id":"a"}""", false)]
    [InlineData(0, 2, """{"id":"a"}""", true)]
    [InlineData(8, 0, """{"id":"a"}""", false)]
    [InlineData(9, 0, """{"id":"a"}""", true)]
    [InlineData(0, 0, """{"id":"a","critical":true}""", true)]
    [InlineData(0, 0, """{"id":"a","critical":false}""", false)]
    [InlineData(0, 0, """{"id":"a","feeds":[{"critical":true}]}""", false)]
    public void Job_OfAHybridRun_GoesOnDemandWhenItHasFailedTwiceIsOfTheTailOrCritical(
        int chunk, int used, string flashpoint, bool expected)
    {
        var attempt = new AttemptInput
        {
            Chunk = new ChunkInput { Run = OnDemandRule.WithTail(Run(tail: 10), Plan(10)), Chunk = chunk, Worker = 1, Flashpoints = 1 },
            Attempt = 1,
            Used = used,
        };

        OnDemandRule.IsDue(attempt, [new ChunkEntry(0, new Flashpoint("a", 0, Encoding.UTF8.GetBytes(flashpoint)))]).ShouldBe(expected);
    }

    [Theory]
    [InlineData(10, 20, 5, 23)]
    [InlineData(25, 3, 0, 2)]
    [InlineData(100, 4, 0, 0)]
    [InlineData(0, 4, 0, 4)]
    public void Tail_OfSoManyPercent_BeginsWithThatChunk(int percent, int chunks, int firstChunk, int expected) =>
        OnDemandRule.WithTail(Run(percent), Plan(chunks, firstChunk)).TailFrom.ShouldBe(expected);

    [Fact]
    public void Tail_NotAskedFor_IsNone() => OnDemandRule.WithTail(Run(tail: null), Plan(10)).TailFrom.ShouldBeNull();

    private static PlannedRun Plan(int chunks, int firstChunk = 0) =>
        new() { FirstChunk = firstChunk, Counts = [.. Enumerable.Repeat(1, chunks)] };

    private static RunInput Run(int? tail) => new()
    {
        RunId = "etl-1",
        Date = "2025-01-01",
        Trigger = "test",
        Workers = 4,
        Backend = "hybrid+x",
        Flashpoints = 10,
        ManifestSha256 = "00",
        TailOnDemand = tail,
    };
}
