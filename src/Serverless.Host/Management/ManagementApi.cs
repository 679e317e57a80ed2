namespace Serverless.Host.Management;

/// <summary>Durable Task's HTTP management API.</summary>
public static class ManagementApi
{
    /// <summary>Where the Functions extension serves it.</summary>
    public const string Prefix = "/runtime/webhooks/durabletask";
}
