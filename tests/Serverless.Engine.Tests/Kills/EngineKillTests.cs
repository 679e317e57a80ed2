namespace Serverless.Engine.Tests.Kills;

/// <summary>SIGKILL of a real process that runs the engine under a mixed load, a hundred times.</summary>
public sealed class EngineKillTests
{
    /// <summary>How often a lane kills. Two lanes, because two processes are better than one at keeping a machine busy.</summary>
    private const int Kills = 50;

    /// <summary>How often one database is killed at most, so that there are several and their ends are reached.</summary>
    private const int KillsPerDatabase = 25;

    /// <summary>Lines until the kill, at most: few enough that a database sees most of its kills.</summary>
    private const int LastLine = 24;

    [Fact]
    public async Task Kill_AHundredTimesUnderLoad_LosesNothingAndRepeatsOnlyWhatWasInFlight()
    {
        using var calm = new KilledRun();
        (await calm.RunAsync(() => null)).ShouldBe(0);
        var expected = calm.Outputs;

        var killed = await Task.WhenAll(LaneAsync(20251124, expected), LaneAsync(20251125, expected));

        killed.Sum().ShouldBe(2 * Kills);
    }

    private static async Task<int> LaneAsync(int seed, IReadOnlyDictionary<string, string> expected)
    {
        var chance = new Random(seed);
        var killed = 0;
        while (killed < Kills)
        {
            using var run = new KilledRun();
            var left = Math.Min(KillsPerDatabase, Kills - killed);
            killed += await run.RunAsync(() => left-- > 0 ? chance.Next(1, LastLine + 1) : null);
            run.Outputs.ShouldBe(expected, ignoreOrder: true);
        }

        return killed;
    }
}
