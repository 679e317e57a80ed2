using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>SIGKILL of the real process, again and again, at seeded points of its life.</summary>
public sealed class KillTests
{
    private const int Kills = 25;

    [Fact]
    public async Task Kill_AtSeededPoints_ResumesToTheResultsOfAnUndisturbedRun()
    {
        await using var endpoint = await RemoteEndpoint.StartAsync(workers: 8);
        var expected = await UndisturbedAsync(endpoint);
        var chance = new Random(20251122);
        for (var killed = 0; killed < Kills;) killed += await RunKilledAsync(endpoint, expected, chance, Kills - killed);
    }

    private static async Task<string> UndisturbedAsync(RemoteEndpoint endpoint)
    {
        using var place = new Workplace();
        using var run = await FanOutProcess.RunAsync(place.Path, Command("calm"), endpoint.Environment);
        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        return place.Results;
    }

    /// <summary>One run, killed until it gets through. Gives how often that was.</summary>
    private static async Task<int> RunKilledAsync(RemoteEndpoint endpoint, string expected, Random chance, int atMost)
    {
        using var place = new Workplace();
        var runId = $"killed-{chance.Next()}";
        var aftermath = new Aftermath(place, endpoint, runId);
        var kills = 0;
        while (true)
        {
            var killAt = kills < atMost ? 1 + chance.Next(40) : int.MaxValue;
            using var run = Start(place, endpoint, runId, killAt);
            var code = await run.ExitAsync();
            if (code == 0) break;
            code.ShouldBe(DotnetProcess.Killed, run.Errors);
            kills++;
            await aftermath.LookAsync();
        }

        place.Results.ShouldBe(expected);
        place.Report.GetProperty("failed").GetInt32().ShouldBe(0);
        aftermath.Check();
        return Math.Max(kills, 1);
    }

    /// <summary>The points are lines of the log: they lie between commits, calls and files as chance has it.</summary>
    private static DotnetProcess Start(Workplace place, RemoteEndpoint endpoint, string runId, int killAt)
    {
        var lines = 0;
        return FanOutProcess.Start(
            place.Path,
            Command(runId),
            (process, _) =>
            {
                if (Interlocked.Increment(ref lines) == killAt) process.KillHard();
            },
            [.. endpoint.Environment, ("LOG_LEVEL", "DEBUG")]);
    }

    private static string[] Command(string runId) =>
        ["run", "flashpoints.json", "--out", "results.json", "--run-id", runId, "--workers", "4", "--chunk-size", "1"];
}
