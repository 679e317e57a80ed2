using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Serverless.Benchmarks.Runs;

/// <summary>The calls whose result a database holds.</summary>
internal static class FinishedCalls
{
    /// <summary>Their numbers, from the histories as they are written. Reads a copy, so that the next start finds the files as
    /// they were left.</summary>
    public static HashSet<int> Read(string database)
    {
        var copy = database + "-copy";
        File.Copy(database, copy, overwrite: true);
        if (File.Exists(database + "-wal")) File.Copy(database + "-wal", copy + "-wal", overwrite: true);
        using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT events FROM history ORDER BY position";
        using var rows = command.ExecuteReader();
        var (inputs, finished) = (new Dictionary<int, int>(), new HashSet<int>());
        while (rows.Read())
        {
            using var segment = JsonDocument.Parse((byte[])rows[0]);
            foreach (var entry in segment.RootElement.EnumerateArray())
            {
                var kind = entry.GetProperty("e").GetString();
                if (kind == "Activity") inputs[entry.GetProperty("id").GetInt32()] = entry.GetProperty("in").GetInt32();
                if (kind == "Done") finished.Add(inputs[entry.GetProperty("id").GetInt32()]);
            }
        }

        return finished;
    }
}
