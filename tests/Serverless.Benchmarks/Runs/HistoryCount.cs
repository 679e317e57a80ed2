using System.Text;
using Microsoft.Data.Sqlite;

namespace Serverless.Benchmarks.Runs;

/// <summary>Counts what histories say was asked for.</summary>
internal static class HistoryCount
{
    /// <summary>How often an activity of that name was asked for, in all histories of a database.</summary>
    public static long Of(string databasePath, string activity)
    {
        using var connection = new SqliteConnection($"Data Source={databasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT events FROM history";
        using var rows = command.ExecuteReader();
        var pattern = Encoding.UTF8.GetBytes($"\"name\":\"{activity}\"");
        var count = 0L;
        while (rows.Read()) count += ((ReadOnlySpan<byte>)(byte[])rows[0]).Count(pattern);
        return count;
    }
}
