using System.Text;
using Microsoft.Data.Sqlite;

namespace Serverless.EndToEnd.Tests;

/// <summary>What a killed coordinator left behind, and what became of it.</summary>
internal sealed class Aftermath(Workplace place, RemoteEndpoint endpoint, string runId)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Attempts whose job id had reached the history, with how often each was submitted by then.</summary>
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>How many attempts' jobs were known when the coordinator died.</summary>
    public int KnownJobs => _known.Count;

    /// <summary>Looks at the history; nobody may be running it. What the dead one had sent last is counted first.</summary>
    public async Task LookAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        while (endpoint.Statistics.Connections > 0) await Task.Delay(Interval, TimeProvider.System, late.Token);
        var history = ReadHistory();
        foreach (var job in endpoint.Statistics.Submissions.Where(job => job.AttemptId!.StartsWith(runId + ":", StringComparison.Ordinal)))
        {
            if (history.Contains(job.JobId, StringComparison.Ordinal)) _known.TryAdd(job.AttemptId!, Submissions(job.AttemptId!));
        }
    }

    /// <summary>Once the run has ended: no flashpoint was stored twice, no job that was known was submitted again.</summary>
    public void Check()
    {
        StoredTwice().ShouldBeEmpty();
        foreach (var (attempt, submissions) in _known)
            Submissions(attempt).ShouldBe(submissions, $"{attempt} was submitted again though its job was known");
    }

    private int Submissions(string attempt) => endpoint.Statistics.Submissions.Count(job => job.AttemptId == attempt);

    private string ReadHistory()
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

    private IEnumerable<string> StoredTwice() =>
        Directory.EnumerateFiles(place.PathOf($".fanout/results/runs/{runId}/chunks"), "attempt-*", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .GroupBy(line => line.Split(',')[0])
            .Where(lines => lines.Count() > 1)
            .Select(lines => lines.Key);
}
