using Microsoft.Data.Sqlite;

namespace Serverless.Engine.Tests;

/// <summary>The database as a stranger sees it.</summary>
internal static class Sqlite
{
    public static int Execute(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public static T Scalar<T>(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>The JSON of an instance's history, a line a segment.</summary>
    public static string History(string path, string id)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT events FROM history JOIN instances ON position >> 24 = key WHERE id = $id ORDER BY position";
        command.Parameters.AddWithValue("$id", id);
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read()) lines.Add(System.Text.Encoding.UTF8.GetString((byte[])reader[0]));
        return string.Join('\n', lines);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
