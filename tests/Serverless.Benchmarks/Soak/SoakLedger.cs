using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Serverless.Benchmarks.Soak;

/// <summary>
/// Which jobs the host had learnt of when it was killed. One that it had not may be submitted again: nothing else can be
/// known of it. One that it had must never be.
/// </summary>
internal sealed partial class SoakLedger
{
    private readonly HashSet<string> _unlearnt = new(StringComparer.Ordinal);
    private readonly HashSet<string> _learnt = new(StringComparer.Ordinal);

    /// <summary>Jobs whose submission a kill came between.</summary>
    public int Unlearnt => _unlearnt.Count;

    /// <summary>Looks at the files of a host that is dead.</summary>
    public void OnKilled(string database, IEnumerable<SoakJob> jobs)
    {
        var known = JobsIn(database);
        foreach (var job in jobs)
        {
            if (_learnt.Contains(job.Id)) continue;
            if (known.Contains(job.Id)) _learnt.Add(job.Id);
            else _unlearnt.Add(job.Id);
        }
    }

    /// <summary>Whether its attempt may have another job after it.</summary>
    public bool MayBeRepeated(SoakJob job) => job.AnswerLost || _unlearnt.Contains(job.Id);

    /// <summary>Ids that the history has as a job of an attempt. One that only a webhook told of is not among them.</summary>
    private static HashSet<string> JobsIn(string database)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        if (!File.Exists(database)) return ids;
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT events FROM history";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            foreach (Match match in JobPattern().Matches(Encoding.UTF8.GetString((byte[])rows[0])))
                ids.Add(match.Groups[1].Value);
        }

        return ids;
    }

    [GeneratedRegex("""job_id[\\u0022":]+([0-9a-f-]{36}-u1)""")]
    private static partial Regex JobPattern();
}
