using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>A small one of the soaks that tests/Serverless.Benchmarks makes; see docs/performance.md.</summary>
public sealed class SoakTests
{
    [Fact]
    public async Task Soak_UnderEveryFaultAndThreeKills_HasEveryResultOnceAndAReasonForEveryJob()
    {
        using var folder = new TemporaryFolder();
        using var soak = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "Serverless.Benchmarks.dll"),
            ["soak", "--chunks", "60", "--flashpoints", "1200", "--kills", "3", "--workers", "20", "--seed", "20251125"])
        {
            Folder = folder.Path,
            Patience = TimeSpan.FromMinutes(25),
        });

        (await soak.ExitAsync()).ShouldBe(0, soak.Errors);

        soak.Output.ShouldContain("\"kills\":3,");
        soak.Output.ShouldContain("\"limits_exceeded\":0,");
    }
}
