using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Workers;

namespace Serverless.EndToEnd.Tests;

/// <summary>Outputs that RunPod loses because they are too large.</summary>
public sealed class CeilingTests
{
    [Fact]
    public async Task Run_WhoseOutputsAreAllOverTheCeiling_HasEveryResultFromTheStream()
    {
        using var place = new Workplace();
        var handler = new SampleHandler(
            new SampleHandlerOptions { SecondsPerFlashpoint = TimeSpan.FromSeconds(0.2) }, TimeProvider.System,
            NullLogger<SampleHandler>.Instance);
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler, resultLimit: 100);

        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--out", "results.json", "--max-attempts", "20"], endpoint.Environment);

        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        place.Report.GetProperty("failed").GetInt32().ShouldBe(0);
    }
}
