namespace Serverless.Core.Settings;

/// <summary>The settings of the daily timer and of where flashpoints are read.</summary>
internal static class SourceSettings
{
    public static SettingDefinition DailySchedule { get; } = new()
    {
        Name = "DAILY_SCHEDULE",
        Summary = "When the timed run starts, in the time zone of WEBSITE_TIME_ZONE.",
        Unit = "NCRONTAB",
        Allowed = "six fields, second minute hour day month weekday (0 to 6, Sunday is 0; names as MON or JAN), each "
            + "*, a, a-b, a list with commas, or one with a /step; the five fields of cron lack the seconds",
        Default = "0 0 2 * * *",
        Apply = (settings, text) =>
            Ncrontab.IsWellFormed(text) ? settings with { DailySchedule = text } : null,
    };

    public static SettingDefinition TimeZone { get; } = new()
    {
        Name = "WEBSITE_TIME_ZONE",
        Summary = "The time zone of DAILY_SCHEDULE and of the dates of timed runs.",
        Unit = "IANA time zone",
        Allowed = "a name that this machine's time zone database has, such as Europe/Berlin or America/New_York; names as "
            + "Windows writes them (W. Europe Standard Time) are not known",
        Default = "UTC",
        Apply = (settings, text) => TimeZones.Find(text) is { } zone ? settings with { TimeZone = zone } : null,
    };

    public static SettingDefinition Source { get; } = new()
    {
        Name = "FLASHPOINT_SOURCE",
        Summary = "Where the timed run reads its flashpoints; {date} in a path or URL becomes the run's date.",
        Unit = "path or URL",
        Allowed = "a file's path, an http:// or https:// URL without a user, or postgresql://user:password@host/database "
            + $"(optionally with :port and ?{string.Join('&', PostgresAddress.OptionNames)}; special characters as %40)",
        WhenNotSet = "no timed runs",
        IsSecret = true,
        Apply = (settings, text) => IsSource(text) ? settings with { FlashpointSource = new Secret(text) } : null,
    };

    public static SettingDefinition SourceHeaders { get; } = new()
    {
        Name = "FLASHPOINT_SOURCE_HEADERS",
        Summary = "Headers that are sent to the URL of FLASHPOINT_SOURCE, and to no other.",
        Unit = "JSON object",
        Allowed = """header names and their values, such as {"Authorization":"Bearer …"}""",
        WhenNotSet = "no further headers",
        IsSecret = true,
        Apply = (settings, text) => HeaderList.Parse(text) is { } headers
            ? settings with { FlashpointSourceHeaders = headers }
            : null,
    };

    public static SettingDefinition Query { get; } = new()
    {
        Name = "FLASHPOINT_QUERY",
        Summary = "The query that gives the flashpoints of the day @date, one a row, from a postgresql:// FLASHPOINT_SOURCE.",
        Unit = "SQL",
        Allowed = "one SELECT with either the column flashpoint (json or jsonb), or id and any others, which become members",
        WhenNotSet = "needed with a postgresql:// FLASHPOINT_SOURCE",
        Apply = (settings, text) => settings with { FlashpointQuery = text },
    };

    public static SettingDefinition SourceAllow { get; } = new()
    {
        Name = "SOURCE_ALLOW",
        Summary = "The URLs that callers of POST /api/runs may name as source, by how they begin.",
        Unit = "URLs, comma-separated",
        Allowed = "http:// or https:// URLs, each with no user, query or fragment, such as https://data.example.org/lists/",
        WhenNotSet = "callers may name none",
        Apply = (settings, text) => UrlList(text) is { } urls ? settings with { SourceAllow = urls } : null,
    };

    private static bool IsSource(string text) =>
        PostgresAddress.IsOne(text)
            ? PostgresAddress.Parse(text) is not null
            : SettingValues.IsPath(text) || SettingValues.HttpUrl(text) is not null;

    private static List<Uri>? UrlList(string text)
    {
        var urls = new List<Uri>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (SettingValues.HttpUrl(part) is not { Query: "", Fragment: "" } url) return null;
            urls.Add(url);
        }

        return urls;
    }
}
