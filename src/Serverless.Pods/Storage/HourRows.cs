using Microsoft.Data.Sqlite;
using Serverless.Core.Planning;

namespace Serverless.Pods.Storage;

/// <summary>What was observed of pods by hour of the day, as the file has it.</summary>
internal static class HourRows
{
    private const double HourMilliseconds = 3_600_000;

    /// <returns>Null when there is nothing.</returns>
    public static ObservedInterruptions? Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hour, since, pod_ms, interruptions FROM hours ORDER BY hour";
        using var rows = command.ExecuteReader();
        var (hours, since) = (new List<ObservedHour>(), long.MaxValue);
        while (rows.Read())
        {
            since = Math.Min(since, rows.GetInt64(1));
            hours.Add(new ObservedHour
            {
                Hour = rows.GetInt32(0),
                PodHours = rows.GetInt64(2) / HourMilliseconds,
                Interruptions = rows.GetInt32(3),
            });
        }

        return hours.Count == 0
            ? null
            : new ObservedInterruptions { Since = DateTimeOffset.FromUnixTimeMilliseconds(since), Hours = hours };
    }
}
