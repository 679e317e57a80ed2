using Npgsql;

namespace Serverless.Host.Sources;

/// <summary>PostgreSQL's errors for the person who wrote the query.</summary>
internal static class PostgresErrors
{
    /// <summary>What is wrong, and where in the query when that is known.</summary>
    public static string InWords(PostgresException e, string query)
    {
        if (e.SqlState == PostgresErrorCodes.QueryCanceled)
            return $"it took longer than {HostLimits.SourceTimeout.TotalMinutes:0} minutes ({e.SqlState}: {e.MessageText}).";
        var hint = string.IsNullOrEmpty(e.Hint) ? "" : $" {e.Hint}";
        return $"{e.MessageText}{Place(e, query)} ({e.SqlState}).{hint}";
    }

    private static string Place(PostgresException e, string query)
    {
        // The parameter stands as @date in the setting and as $1 in what the server counts; behind it the place is off.
        if (e.Position <= 0 || e.Position > query.Length) return "";
        var before = query[..(e.Position - 1)];
        if (before.Contains("@date", StringComparison.OrdinalIgnoreCase)) return "";
        var line = before.Count(character => character == '\n') + 1;
        var column = e.Position - 1 - (before.LastIndexOf('\n') + 1) + 1;
        return $" at line {line}, column {column} of FLASHPOINT_QUERY";
    }
}
