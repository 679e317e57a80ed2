using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>How often the process died while an activity was running. Counted at the start after.</summary>
internal static class Interruptions
{
    /// <summary>Counts what was running, forgets what has ended, and gives what was interrupted
    /// <paramref name="atLeast"/> times. All in one transaction, so that a second death counts nothing by halves.</summary>
    public static Dictionary<(long Instance, int Task), int> Count(
        SqliteConnection writer, IReadOnlyList<(long Instance, int Task)> running, int atLeast)
    {
        using var transaction = writer.BeginTransaction();
        if (running.Count > 0) Add(writer, running);
        Execute(
            writer,
            "DELETE FROM interruptions WHERE instance NOT IN (SELECT key FROM instances WHERE status IN (0, 6, 7))");
        var counted = Read(writer, atLeast);
        transaction.Commit();
        return counted;
    }

    private static void Add(SqliteConnection writer, IReadOnlyList<(long Instance, int Task)> running)
    {
        using var command = writer.CreateCommand();
        command.CommandText = """
            INSERT INTO interruptions(instance, task, count)
            SELECT key, $2, 1 FROM instances WHERE key = $1 AND status IN (0, 6, 7)
            ON CONFLICT(instance, task) DO UPDATE SET count = count + 1
            """;
        var instance = command.Parameters.Add("$1", SqliteType.Integer);
        var task = command.Parameters.Add("$2", SqliteType.Integer);
        foreach (var activity in running)
        {
            (instance.Value, task.Value) = activity;
            command.ExecuteNonQuery();
        }
    }

    private static Dictionary<(long Instance, int Task), int> Read(SqliteConnection writer, int atLeast)
    {
        using var command = writer.CreateCommand();
        command.CommandText = "SELECT instance, task, count FROM interruptions WHERE count >= $1";
        command.Parameters.AddWithValue("$1", atLeast);
        using var reader = command.ExecuteReader();
        var counted = new Dictionary<(long, int), int>();
        while (reader.Read()) counted.Add((reader.GetInt64(0), reader.GetInt32(1)), reader.GetInt32(2));
        return counted;
    }

    private static void Execute(SqliteConnection writer, string sql)
    {
        using var command = writer.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
