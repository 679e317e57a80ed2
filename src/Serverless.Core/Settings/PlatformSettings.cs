namespace Serverless.Core.Settings;

/// <summary>What Azure Functions itself reads beside our settings. The embedded head lets these pass.</summary>
public static class PlatformSettings
{
    /// <summary>Every one, in the order in which people are shown them.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        Of(
            "FUNCTIONS_WORKER_RUNTIME", "Azure Functions alone: the kind of worker that this program is.", "word",
            "dotnet-isolated", "dotnet-isolated"),
        Of(
            "AzureWebJobsStorage",
            "Azure Functions: the storage account of the host, of Durable Task and of an azure:// RESULT_STORE. The agent: that of an "
                + "azure:// CHECKPOINT_STORE.",
            "connection string", "UseDevelopmentStorage=true",
            "a connection string, or none and AzureWebJobsStorage__accountName for an identity; UseDevelopmentStorage=true is Azurite"),
        Of(
            "AzureWebJobsDisableHomepage", "Azure Functions alone: leaves / to the dashboard.", "true or false", "true", "true or false"),
    ];

    private static SettingDefinition Of(string name, string summary, string unit, string value, string allowed) => new()
    {
        Name = name,
        Summary = summary,
        Unit = unit,
        Default = value,
        Allowed = allowed,
        Apply = static (settings, _) => settings,
    };
}
