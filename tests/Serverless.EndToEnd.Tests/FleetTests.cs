using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>A small one of the fleets that tests/Serverless.Benchmarks lets things befall; see docs/performance.md.</summary>
public sealed class FleetTests
{
    [FleetFact]
    public async Task Fleet_ThatEverythingBefalls_HasEveryResultOnceAndRedoesAtMostOneFlashpointForEachKill()
    {
        using var folder = new TemporaryFolder();
        using var fleet = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "Serverless.Benchmarks.dll"),
            ["fleet", "--agents", "4", "--chunks", "20", "--flashpoints", "10", "--events", "12", "--seed", "7", "--minutes", "20"])
        {
            Folder = folder.Path,
            Patience = TimeSpan.FromMinutes(25),
        });

        (await fleet.ExitAsync()).ShouldBe(0, fleet.Errors);

        fleet.Output.ShouldContain("\"events\":12,");
        fleet.Output.ShouldContain("\"nulls\":0,");
    }

    /// <summary>Skipped where clocks cannot be set, or there is no worker.</summary>
    private sealed class FleetFactAttribute : FactAttribute
    {
        public FleetFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            string[] needed = ["python3", "cc"];
            if (!OperatingSystem.IsLinux()) Skip = "needs Linux";
            else if (Array.Find(needed, name => !folders.Any(folder => File.Exists(Path.Combine(folder, name)))) is { } missing)
                Skip = $"{missing} is not installed";
        }
    }
}
