namespace Serverless.Core.Settings;

/// <summary>The settings of the agent that runs beside a worker in a pod.</summary>
public static class AgentSettings
{
    /// <summary><c>COORDINATOR_URL</c>.</summary>
    public static SettingDefinition Coordinator { get; } = new()
    {
        Name = "COORDINATOR_URL",
        Summary = "Where fanout serve is reached, for fanout agent, which takes its jobs from there.",
        Unit = "URL",
        Allowed = "an http:// or https:// URL without a query",
        WhenNotSet = "needed by fanout agent",
        Apply = (settings, text) => SettingValues.HttpUrl(text) is { Query: "" } url ? settings with { CoordinatorUrl = url } : null,
    };

    /// <summary><c>COORDINATOR_KEY</c>.</summary>
    public static SettingDefinition CoordinatorKey { get; } = new()
    {
        Name = "COORDINATOR_KEY",
        Summary = "The pod's key, which fanout agent shows to the coordinator.",
        Unit = "text",
        Allowed = SettingValues.VisibleText,
        WhenNotSet = "no key is shown",
        IsSecret = true,
        Apply = (settings, text) => SettingValues.IsVisibleText(text) ? settings with { CoordinatorKey = new Secret(text) } : null,
    };

    /// <summary><c>CHECKPOINT_STORE</c>.</summary>
    public static SettingDefinition CheckpointStore { get; } = new()
    {
        Name = "CHECKPOINT_STORE",
        Summary = "Where fanout agent exec keeps checkpoints; one place for each training.",
        Unit = "path or URL",
        Allowed = $"a folder's path, s3://bucket/prefix of a store that speaks S3, or, in the build for Azure, {BlobAddress.Allowed}",
        WhenNotSet = "needed by fanout agent exec",
        Apply = (settings, text) => StoreSettings.IsPlace(text) ? settings with { CheckpointStore = text } : null,
    };

    /// <summary><c>AGENT_ALERT_URL</c>.</summary>
    public static SettingDefinition AlertUrl { get; } = new()
    {
        Name = "AGENT_ALERT_URL",
        Summary = "Where the agent posts alerts as JSON, such as that its worker died too often.",
        Unit = "URL",
        Allowed = "an http:// or https:// URL",
        WhenNotSet = "alerts are in the log alone",
        IsSecret = true,
        Apply = (settings, text) => SettingValues.HttpUrl(text) is not null ? settings with { AgentAlertUrl = new Secret(text) } : null,
    };
}
