using Serverless.Core.Runs;

namespace Serverless.Core.Tests.Runs;

/// <summary>How many orchestrations share the chunks of a run out.</summary>
public sealed class FanOutShapeTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(500, 100)]
    public void Shape_OfChunksThatOneOrchestrationRuns_IsNone(int chunks, int workers) =>
        FanOutShape.Of(chunks, workers).ShouldBeNull();

    [Theory]
    [InlineData(501, 100, 251, null)] // two of the same size, not 500 and 1
    [InlineData(1_100, 6, 367, null)]
    [InlineData(1_100, 2, 275, null)] // four in two rounds, and not three
    [InlineData(12_500, 1_000, 500, null)]
    [InlineData(12_501, 1_000, 481, 6_251)]
    [InlineData(312_500, 1_000, 500, 12_500)]
    [InlineData(1_000_000, 10_000, 500, 12_500)]
    public void Shape_OfMore_HasEqualParts(int chunks, int workers, int groupSize, int? sectionSize) =>
        FanOutShape.Of(chunks, workers).ShouldBe(new FanOutShape(groupSize, sectionSize));

    [Theory]
    [InlineData(501)]
    [InlineData(12_500)]
    [InlineData(12_501)]
    [InlineData(99_999)]
    [InlineData(312_500)]
    [InlineData(1_000_000)]
    public void Shape_WhateverTheWorkers_CoversAllChunksWithinTheLimits(int chunks)
    {
        foreach (var workers in new[] { 1, 2, 3, 7, 12, 25, 49, 50, 80, 99, 160, 500, 999, 10_000 })
        {
            var shape = FanOutShape.Of(chunks, workers)!;
            var groups = shape.AllGroups(7, chunks);

            groups[0].FirstChunk.ShouldBe(7);
            foreach (var (one, next) in groups.Zip(groups.Skip(1))) next.FirstChunk.ShouldBe(one.FirstChunk + one.Chunks);
            (groups[^1].FirstChunk + groups[^1].Chunks).ShouldBe(7 + chunks);
            groups.ShouldAllBe(group => group.Chunks > 0 && group.Chunks <= Limits.MaxChunksPerGroup);
            groups.Select(group => group.Index).Distinct().Count().ShouldBe(groups.Count);
            Children(shape, chunks).ShouldAllBe(count => count <= Limits.MaxGroupsPerSection);
            if (shape.SectionSize is not null) shape.Sections(7, chunks).Count.ShouldBeLessThanOrEqualTo(160);
        }
    }

    /// <summary>How many groups each orchestration that starts some has.</summary>
    private static IEnumerable<int> Children(FanOutShape shape, int chunks) => shape.SectionSize is null
        ? [shape.Groups(0, 7, chunks).Count]
        : shape.Sections(7, chunks).Select(part => shape.Groups(shape.FirstGroup(part.Index), part.FirstChunk, part.Chunks).Count);
}
