using System.Text.Json;
using Microsoft.Data.Sqlite;
using Serverless.Benchmarks.Soak;
using Serverless.Core.Runs;
using Serverless.Protocol.Hosting;

namespace Serverless.Benchmarks.Fleet;

/// <summary>Compares what came of a fleet's work with what should have. The host is stopped by then.</summary>
internal sealed class FleetCheck(FleetPlan plan, FleetHost host, FleetCounts counts, IReadOnlyDictionary<string, int> blowsOf)
{
    /// <summary>Jobs, as the report has them.</summary>
    public int Jobs { get; private set; }

    /// <summary>Attempts that the queue counted beyond the first of each job.</summary>
    public long CountedLosses { get; private set; }

    /// <summary>Jobs that a pod went on with after it had lost them, since no other had got them meanwhile: no try.</summary>
    public long GoneOnWith { get; private set; }

    /// <summary>Returns that it did not count.</summary>
    public long UncountedReturns { get; private set; }

    /// <exception cref="WrongResultException">Something is not as it should be.</exception>
    public void Run(FleetLog log)
    {
        CheckResults();
        SoakResults.CheckStoredOnce(host.RunFolder, plan.Total);
        CheckReport();
        CheckQueue();
        Require(log.Begun == plan.Total, $"{plan.Total} flashpoints were to be worked on; {log.Begun} were");
        var inProgress = log.Redone - log.FinishedAgain;
        var mayBe = counts.Kills + counts.LongCuts;
        Require(inProgress <= mayBe, $"{inProgress} flashpoints in progress were done again after {mayBe} kills and long cuts");
        var twice = log.FinishedTwice.Except(counts.FinishedBehindCuts).ToList();
        Require(
            twice.Count <= counts.OutOfTime,
            $"{string.Join(", ", twice)} were finished and done again, though kept; {counts.OutOfTime} machines ran out of time");
        Require(counts.All == plan.Events, $"{plan.Events} events were to be; {counts.All} were");
        Require(host.Lives == counts.HostKills + 1, $"the host had {host.Lives} lives for {counts.HostKills} kills");
    }

    /// <summary>Every result in its place.</summary>
    private void CheckResults()
    {
        var results = JsonElement.Parse(File.ReadAllBytes(Path.Combine(host.RunFolder, "results.json"))).EnumerateArray().ToList();
        Require(results.Count == plan.Total, $"{plan.Total} results were due; {results.Count} came");
        for (var index = 0; index < plan.Total; index++)
        {
            var isRight = results[index].ValueKind == JsonValueKind.Object
                && results[index].GetProperty("id").GetString() == FleetPlan.IdOf(index)
                && results[index].GetProperty("answer").GetInt32() == FleetPlan.AnswerOf(index);
            Require(isRight, $"result {index} is {results[index].GetRawText()}");
        }
    }

    private void CheckReport()
    {
        using var file = File.OpenRead(Path.Combine(host.RunFolder, "report.json"));
        var report = JsonSerializer.Deserialize(file, RunJson.Default.RunReport)!;
        Require(report is { Ok: true, Failed: 0, Cancelled: false }, $"the report says {report}");
        Require(report.Flashpoints == plan.Total, $"the report has {report.Flashpoints} flashpoints, not {plan.Total}");
        Require(report.ChunkCount == plan.Chunks && report.Chunks.Count == plan.Chunks, $"the report has {report.Chunks.Count} chunks");
        var done = report.Chunks.Sum(chunk => chunk.Done);
        Require(done == plan.Total, $"the chunks of the report have {done} results, not {plan.Total}");
        var areCompleted = report.Chunks.All(chunk => chunk is { Missing: 0, State: ChunkState.Completed });
        Require(areCompleted, "a chunk of the report has not completed");
        Jobs = report.Chunks.Sum(chunk => chunk.Attempts);
        var logged = report.Chunks.Sum(chunk => chunk.AttemptLog.Count(attempt => attempt.JobId is not null));
        Require(Jobs == logged, $"the report has {Jobs} jobs and tells of {logged}");
        Require(
            Jobs - plan.Chunks <= counts.WorkerKills,
            $"{Jobs} jobs were made for {plan.Chunks} chunks and {counts.WorkerKills} workers that were killed");
    }

    /// <summary>Nobody lost a job but those that were killed or cut off, and none more often than that.</summary>
    private void CheckQueue()
    {
        using var connection = new SqliteConnection($"Data Source={host.QueueFile};Pooling=False");
        connection.Open();
        var rows = Number(connection, "SELECT COUNT(*) FROM jobs");
        Require(rows == Jobs, $"the queue had {rows} jobs, the report has {Jobs}");
        CountedLosses = Number(connection, "SELECT SUM(attempts) FROM jobs") - rows;
        UncountedReturns = Number(connection, "SELECT SUM(returns) FROM jobs");
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT pod, COUNT(*), MIN(text) FROM events WHERE kind = {(int)PodEventKind.Lost} GROUP BY pod";
        using var lost = command.ExecuteReader();
        var losses = 0L;
        while (lost.Read())
        {
            var (name, count) = (lost.GetString(0).Split('/')[1], lost.GetInt64(1));
            losses += count;
            Require(
                count <= blowsOf.GetValueOrDefault(name),
                $"{name} lost {count} jobs and was killed or cut off {blowsOf.GetValueOrDefault(name)} times: {lost.GetString(2)}");
        }

        GoneOnWith = losses - CountedLosses;
        Require(
            GoneOnWith >= 0 && GoneOnWith <= counts.LongCuts,
            $"the queue counted {CountedLosses} tries beyond the first, and tells of {losses} losses; {counts.LongCuts} cuts were long");
    }

    private static long Number(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new WrongResultException($"Wrong: {otherwise}.");
    }
}
