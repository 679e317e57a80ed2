using Serverless.Core.Flashpoints;

namespace Serverless.Core.Tests.Flashpoints;

[Collection(MeasuresMemory.Name)]
public sealed class FlashpointReaderMemoryTests
{
    [Fact]
    public async Task Read_ManyFlashpoints_MemoryStaysBounded()
    {
        const int count = 100_000;
        using var source = new GeneratedStream(count);
        var seen = 0;
        long peak = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await foreach (var flashpoint in FlashpointReader.ReadAsync(source, default))
        {
            if (flashpoint.Id != $"fp-{seen}") flashpoint.Id.ShouldBe($"fp-{seen}");
            if (seen++ % 25_000 == 0) peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        seen.ShouldBe(count);
        source.BytesRead.ShouldBeGreaterThan(100L * 1024 * 1024);
        peak.ShouldBeLessThan(16L * 1024 * 1024);
    }
}
