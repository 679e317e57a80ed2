namespace Serverless.Core.Settings;

/// <summary>The one table of settings: parsing, messages and the example file all follow it.</summary>
public static class SettingDefinitions
{
    /// <summary><c>RUNPOD_API_KEY</c>.</summary>
    public static SettingDefinition RunPodApiKey { get; } = new()
    {
        Name = "RUNPOD_API_KEY",
        Summary = "The key that RunPod's Serverless API asks for.",
        Unit = "text",
        Allowed = SettingValues.VisibleText,
        WhenNotSet = "needed with RUNPOD_ENDPOINT",
        IsSecret = true,
        Apply = (settings, text) =>
            SettingValues.IsVisibleText(text) ? settings with { RunPodApiKey = new Secret(text) } : null,
    };

    /// <summary><c>RUNPOD_ENDPOINT</c>.</summary>
    public static SettingDefinition RunPodEndpoint { get; } = new()
    {
        Name = "RUNPOD_ENDPOINT",
        Summary = "The RunPod Serverless endpoint that runs the jobs.",
        Unit = "id or URL",
        Allowed = "an endpoint id (letters, digits, -) or an http:// or https:// URL",
        WhenNotSet = "the local emulator",
        Apply = (settings, text) =>
            EndpointAddress.IsWellFormed(text) ? settings with { RunPodEndpoint = text } : null,
    };

    /// <summary><c>RUNPOD_WORKERS</c>.</summary>
    public static SettingDefinition Workers { get; } = new()
    {
        Name = "RUNPOD_WORKERS",
        Summary = "How many chunks run at once; 1 means one after another in this process, without RunPod.",
        Unit = "workers",
        Allowed = "a whole number from 1 to 10000",
        WhenNotSet = $"{FanOutSettings.DefaultWorkers}",
        Apply = (settings, text) =>
            SettingValues.Whole(text, 1, 10_000) is { } workers ? settings with { Workers = workers } : null,
    };

    /// <summary><c>REQUEST_TIMEOUT</c>.</summary>
    public static SettingDefinition RequestTimeout { get; } = Timeout(
        "REQUEST_TIMEOUT", "How long one attempt of a chunk may take before its job is cancelled.", "7200",
        (settings, time) => settings with { RequestTimeout = time });

    /// <summary><c>MAX_RETRIES_PER_JOB</c>.</summary>
    public static SettingDefinition MaxRetries { get; } = new()
    {
        Name = "MAX_RETRIES_PER_JOB",
        Summary = "How often a chunk is tried again after its first attempt.",
        Unit = "retries",
        Allowed = "a whole number from 0 to 20",
        Default = "2",
        Apply = (settings, text) =>
            SettingValues.Whole(text, 0, 20) is { } retries ? settings with { MaxRetries = retries } : null,
    };

    /// <summary><c>FANOUT_STATE</c>.</summary>
    public static SettingDefinition StateFolder { get; } = new()
    {
        Name = "FANOUT_STATE",
        Summary = "The folder that holds the database and the results.",
        Unit = "path",
        Allowed = SettingValues.Folder,
        Default = ".fanout",
        Apply = (settings, text) => SettingValues.IsPath(text) ? settings with { StateFolder = text } : null,
    };

    /// <summary><c>LISTEN_URL</c>.</summary>
    public static SettingDefinition ListenUrl { get; } = new()
    {
        Name = "LISTEN_URL",
        Summary = "Where fanout serve listens. Any address that is not this machine's own needs API_KEY.",
        Unit = "URL",
        Allowed = "an http:// URL without a path, such as http://127.0.0.1:7071 or http://0.0.0.0:7071",
        Default = "http://127.0.0.1:7071",
        Apply = (settings, text) => SettingValues.HttpUrl(text) is { Scheme: "http", PathAndQuery: "/" } url
            ? settings with { ListenUrl = url }
            : null,
    };

    /// <summary>Every setting, in the order in which people are shown them.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        RunPodApiKey,
        RunPodEndpoint,
        PodSettings.Backend,
        Workers,
        RequestTimeout,
        Timeout(
            "GPU_TIMEOUT", "Handed to the worker: how long its GPU work may take.", "7200",
            (settings, time) => settings with { GpuTimeout = time }),
        Timeout(
            "RENDER_TIMEOUT_S", "Handed to the worker: how long rendering may take.", "3600",
            (settings, time) => settings with { RenderTimeout = time }),
        Timeout(
            "SCRAPE_TIMEOUT_S", "Handed to the worker: how long scraping may take.", "3600",
            (settings, time) => settings with { ScrapeTimeout = time }),
        Timeout(
            "NAVIGATION_TIMEOUT_S", "Handed to the worker: how long loading a page may take.", "1800",
            (settings, time) => settings with { NavigationTimeout = time }),
        MaxRetries,
        PodSettings.JobTimeout,
        PodSettings.ModelTimeout,
        new()
        {
            Name = "POLL_SECONDS",
            Summary = "The shortest time between two looks at a job; a quarter of it once its end is due.",
            Unit = "seconds",
            Allowed = "a number from 0.001 to 300",
            Default = "3",
            Apply = (settings, text) => SettingValues.Seconds(text, 0.001m, 300) is { } interval
                ? settings with { PollInterval = interval }
                : null,
        },
        new()
        {
            Name = "LOG_LEVEL",
            Summary = "The least severe entry that is logged.",
            Unit = "level",
            Allowed = LogLevelNames.Allowed,
            Default = "INFO",
            Apply = (settings, text) =>
                LogLevelNames.Find(text) is { } level ? settings with { LogLevel = level } : null,
        },
        new()
        {
            Name = "LOG_FORMAT",
            Summary = "What fanout serve logs: lines for people, or a JSON object a line for programs.",
            Unit = "word",
            Allowed = "text or json (any case)",
            Default = "text",
            Apply = (settings, text) => text.ToUpperInvariant() switch
            {
                "TEXT" => settings with { LogFormat = LogFormat.Text },
                "JSON" => settings with { LogFormat = LogFormat.Json },
                _ => null,
            },
        },
        SourceSettings.DailySchedule,
        SourceSettings.TimeZone,
        SourceSettings.Source,
        SourceSettings.SourceHeaders,
        SourceSettings.Query,
        SourceSettings.SourceAllow,
        StoreSettings.ResultStore,
        StoreSettings.Endpoint,
        StoreSettings.Region,
        StoreSettings.AccessKey,
        StoreSettings.SecretKey,
        StoreSettings.ReferenceAllow,
        new()
        {
            Name = "API_KEY",
            Summary = "The keys that callers of the HTTP API must show.",
            Unit = "text",
            Allowed = ApiKeys.Allowed,
            WhenNotSet = "callers on this machine only",
            IsSecret = true,
            Apply = (settings, text) => ApiKeys.TryParse(new Secret(text)) is not null
                ? settings with { ApiKey = new Secret(text) }
                : null,
        },
        PodSettings.Keys,
        ListenUrl,
        new()
        {
            Name = "MAX_LIVE_RUNS",
            Summary = "How many runs may go on at once before a new one is refused.",
            Unit = "runs",
            Allowed = "a whole number from 1 to 100000",
            Default = "1000",
            Apply = (settings, text) =>
                SettingValues.Whole(text, 1, 100_000) is { } runs ? settings with { MaxLiveRuns = runs } : null,
        },
        new()
        {
            Name = "MAX_REQUESTS_PER_SECOND",
            Summary = "How many HTTP requests one caller may send.",
            Unit = "requests per second",
            Allowed = "a whole number from 1 to 100000",
            Default = "1000",
            Apply = (settings, text) => SettingValues.Whole(text, 1, 100_000) is { } requests
                ? settings with { MaxRequestsPerSecond = requests }
                : null,
        },
        Url(
            "PUBLIC_URL", "Where RunPod reaches this process with webhooks.", "polling only",
            (settings, url) => settings with { PublicUrl = url }),
        new()
        {
            Name = "WORKER_COMMAND",
            Summary = "The program that handles jobs on this machine: job input on stdin, output on stdout.",
            Unit = "command line",
            Allowed = "a command line, and then no WORKER_URL",
            WhenNotSet = "the sample worker",
            Apply = (settings, text) => settings with { WorkerCommand = text },
        },
        Url(
            "WORKER_URL", "The handler over HTTP that handles jobs on this machine.", "the sample worker",
            (settings, url) => settings with { WorkerUrl = url }),
        PriceSettings.Gpu,
        PriceSettings.PricePerSecond,
        PriceSettings.Prices,
        PriceSettings.Risk,
        .. AlertDefinitions.All,
        AgentSettings.Coordinator,
        AgentSettings.CoordinatorKey,
        AgentSettings.CheckpointStore,
        StateFolder,
    ];

    /// <summary>The setting of that exact name, or null.</summary>
    public static SettingDefinition? Find(string name) =>
        All.FirstOrDefault(definition => string.Equals(definition.Name, name, StringComparison.Ordinal));

    private static SettingDefinition Timeout(
        string name, string summary, string seconds, Func<FanOutSettings, TimeSpan, FanOutSettings> apply) => new()
        {
            Name = name,
            Summary = summary,
            Unit = "seconds",
            Allowed = "a whole number from 1 to 604800",
            Default = seconds,
            Apply = (settings, text) => SettingValues.Whole(text, 1, 604_800) is { } value
                ? apply(settings, TimeSpan.FromSeconds(value))
                : null,
        };

    private static SettingDefinition Url(
        string name, string summary, string whenNotSet, Func<FanOutSettings, Uri, FanOutSettings> apply) => new()
        {
            Name = name,
            Summary = summary,
            Unit = "URL",
            Allowed = "an http:// or https:// URL",
            WhenNotSet = whenNotSet,
            Apply = (settings, text) => SettingValues.HttpUrl(text) is { } url ? apply(settings, url) : null,
        };
}
