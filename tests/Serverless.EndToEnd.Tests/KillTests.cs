using System.Text;
using Microsoft.Data.Sqlite;
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
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var runId = $"killed-{chance.Next()}";
        var kills = 0;
        while (true)
        {
            var killAt = kills < atMost ? 1 + chance.Next(40) : int.MaxValue;
            using var run = Start(place, endpoint, runId, killAt);
            var code = await run.ExitAsync();
            if (code == 0) break;
            code.ShouldBe(DotnetProcess.Killed, run.Errors);
            kills++;
            Remember(known, place, endpoint, runId);
        }

        place.Results.ShouldBe(expected);
        place.Report.GetProperty("failed").GetInt32().ShouldBe(0);
        StoredTwice(place, runId).ShouldBeEmpty();
        foreach (var (attempt, submissions) in known)
            Submissions(endpoint, attempt).ShouldBe(submissions, $"{attempt} was submitted again though its job was known");
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

    /// <summary>Notes, for each attempt whose job id has reached the history, how often it was submitted so far.</summary>
    private static void Remember(
        Dictionary<string, int> known, Workplace place, RemoteEndpoint endpoint, string runId)
    {
        var history = ReadHistory(place);
        foreach (var job in endpoint.Statistics.Submissions.Where(job => job.AttemptId!.StartsWith(runId, StringComparison.Ordinal)))
        {
            if (history.Contains(job.JobId, StringComparison.Ordinal))
                known.TryAdd(job.AttemptId!, Submissions(endpoint, job.AttemptId!));
        }
    }

    private static int Submissions(RemoteEndpoint endpoint, string attempt) =>
        endpoint.Statistics.Submissions.Count(job => job.AttemptId == attempt);

    private static string ReadHistory(Workplace place)
    {
        var database = place.PathOf(".fanout/fanout.db");
        if (!File.Exists(database)) return "";
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'history'";
        if ((long)command.ExecuteScalar()! == 0) return "";
        command.CommandText = "SELECT events FROM history";
        using var reader = command.ExecuteReader();
        var text = new StringBuilder();
        while (reader.Read()) text.AppendLine(Encoding.UTF8.GetString((byte[])reader[0]));
        return text.ToString();
    }

    /// <summary>Flashpoints with more than one stored result.</summary>
    private static IEnumerable<string> StoredTwice(Workplace place, string runId) =>
        Directory.EnumerateFiles(place.PathOf($".fanout/results/runs/{runId}/chunks"), "attempt-*", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .GroupBy(line => line.Split(',')[0])
            .Where(lines => lines.Count() > 1)
            .Select(lines => lines.Key);
}
