using Serverless.Cli.Hosting;

namespace Serverless.Cli.Telemetry;

/// <summary>OpenTelemetry's standard variables, from wherever settings come.</summary>
internal static class OtelVariables
{
    private const string Prefix = "OTEL_";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Disabled = "OTEL_SDK_DISABLED";

    /// <summary>All of them by name; null when nothing is to be exported.</summary>
    public static IReadOnlyDictionary<string, string>? Read(IReadOnlyDictionary<string, string> environment, string directory)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, text) in SettingsFiles.Read(environment, directory).SelectMany(source => source.Values))
            {
                if (name.StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(text.Value))
                    found.TryAdd(name, text.Value.Trim());
            }
        }
        catch (CommandFailedException)
        {
            // A file cannot be read: the command says so when it reads the settings.
            return null;
        }

        if (found.TryGetValue(Disabled, out var disabled) && bool.TryParse(disabled, out var isOff) && isOff) return null;
        return found.ContainsKey(Endpoint) ? found : null;
    }
}
