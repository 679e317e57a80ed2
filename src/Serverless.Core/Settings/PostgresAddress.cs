namespace Serverless.Core.Settings;

/// <summary>A PostgreSQL database as a URL names it.</summary>
public sealed record PostgresAddress
{
    /// <summary>What may follow the <c>?</c>, with the meaning that PostgreSQL's own programs give it.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["sslmode", "sslrootcert", "connect_timeout", "application_name"];

    /// <summary>The server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The user.</summary>
    public required string User { get; init; }

    /// <summary>The user's password; null when there is none.</summary>
    public Secret? Password { get; init; }

    /// <summary>What follows the <c>?</c>.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>Whether a text means to be such a URL.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads the URL; null when it lacks a user, host or database or has an option that is not known.</summary>
    public static PostgresAddress? Parse(string text)
    {
        if (!IsOne(text) || !Uri.TryCreate(text, UriKind.Absolute, out var url)) return null;
        var user = url.UserInfo.Split(':', 2);
        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (user[0].Length == 0 || url.Host.Length == 0 || url.Port == 0 || url.Fragment.Length > 0) return null;
        if (database.Length == 0 || url.AbsolutePath.LastIndexOf('/') > 0) return null;
        if (ReadOptions(url.Query) is not { } options) return null;
        return new PostgresAddress
        {
            Host = url.HostNameType == UriHostNameType.IPv6 ? url.Host.Trim('[', ']') : url.IdnHost,
            Port = url.Port < 0 ? 5432 : url.Port,
            Database = database,
            User = Uri.UnescapeDataString(user[0]),
            Password = user.Length == 2 ? new Secret(Uri.UnescapeDataString(user[1])) : null,
            Options = options,
        };
    }

    private static Dictionary<string, string>? ReadOptions(string query)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            if (pair.Length < 2 || !OptionNames.Contains(pair[0])) return null;
            var value = Uri.UnescapeDataString(pair[1]);
            if (!IsAllowed(pair[0], value) || !options.TryAdd(pair[0], value)) return null;
        }

        return options;
    }

    private static bool IsAllowed(string option, string value) => option switch
    {
        "sslmode" => value is "disable" or "allow" or "prefer" or "require" or "verify-ca" or "verify-full",
        "connect_timeout" => SettingValues.Whole(value, 1, 1024) is not null,
        _ => value.Length > 0,
    };
}
