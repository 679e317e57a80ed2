using Microsoft.Data.Sqlite;

namespace Serverless.Simulation.Running;

/// <summary>Looks at the database.</summary>
internal static class Sql
{
    public static void DoNotFlush(SqliteConnection writer)
    {
        using var command = writer.CreateCommand();
        command.CommandText = "PRAGMA synchronous = OFF";
        command.ExecuteNonQuery();
    }

    public static long Count(this Life life, string what) =>
        life.Engine.Core.Reader.Read($"SELECT count(*) FROM {what}", row => row.GetInt64(0))[0];
}
