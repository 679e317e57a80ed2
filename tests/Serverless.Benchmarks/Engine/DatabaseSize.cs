using Microsoft.Data.Sqlite;

namespace Serverless.Benchmarks.Engine;

/// <summary>How large a database is.</summary>
internal static class DatabaseSize
{
    /// <summary>Bytes of pages in use, those included that still lie in the write-ahead log.</summary>
    public static long Of(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (pages.page_count - free.freelist_count) * size.page_size
            FROM pragma_page_count() pages, pragma_freelist_count() free, pragma_page_size() size
            """;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Bytes of JSON that a fan-out of <paramref name="n"/> must keep: each call's input, its result,
    /// and its place in the output.</summary>
    public static long PayloadOf(int n)
    {
        var bytes = 0L;
        for (var i = 0; i < n; i++)
        {
            var digits = 1 + (i == 0 ? 0 : (int)Math.Log10(i));
            bytes += digits + ("""{"ok":true,"i":}""".Length + digits) + (digits + 1);
        }

        return bytes;
    }
}
