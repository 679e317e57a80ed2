using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class MergePartTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("0-9", 1)]
    [InlineData("0-9 10-19 20-29", 1)]
    [InlineData("0-9 9-19", 2)]
    [InlineData("20-29 0-9 5-24", 2)]
    [InlineData("0-99 10-19 20-29 15-25", 3)]
    [InlineData("0-9 0-9 0-9", 3)]
    public void CountOverlapping_Spans_IsTheMostAtOneIndex(string spans, int expected)
    {
        var parts = spans.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(span => span.Split('-').Select(int.Parse).ToArray())
            .Select((span, order) => new MergePart(order, span[0], span[1], ""));
        MergePart.CountOverlapping(parts).ShouldBe(expected);
    }
}
