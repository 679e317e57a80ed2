namespace Serverless.Core.Settings;

/// <summary>
/// Names that RunPod itself sets in workers and pods, which a file may hold, copied from there, without meaning us; and
/// OpenTelemetry's and Azure Functions', whose meaning is theirs to say.
/// </summary>
internal static class PlatformNames
{
    private static readonly string[] Prefixes =
    [
        "RUNPOD_POD_", "RUNPOD_WEBHOOK_", "RUNPOD_REALTIME_", "RUNPOD_MIN_", "RUNPOD_SKIP_", "RUNPOD_GPU_",
        "OTEL_", "FUNCTIONS_", "AzureWebJobs", "AzureFunctionsJobHost__",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "RUNPOD_ENDPOINT_ID", "RUNPOD_AI_API_KEY", "RUNPOD_PING_INTERVAL", "RUNPOD_DEBUG_LEVEL", "RUNPOD_LOG_LEVEL",
        "RUNPOD_INIT_TIMEOUT", "RUNPOD_NETWORK_CHECK_TIMEOUT", "RUNPOD_DC_ID", "RUNPOD_CPU_COUNT",
        "RUNPOD_PUBLIC_IP", "RUNPOD_VOLUME_ID",
    };

    public static bool Contains(string name) =>
        Names.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
