using Microsoft.Extensions.Logging;
using Serverless.Core.Pricing;
using Serverless.Core.Settings;

namespace Serverless.Functions.Settings;

/// <summary>Our settings as Azure Functions has them: in the environment, where <c>local.settings.json</c> is put too. Some mean
/// nothing here, and some values that the embedded head takes cannot be had.</summary>
internal static partial class AzureSettings
{
    private const string Place = "environment";

    /// <summary>What the Functions host, or nobody, does here.</summary>
    private static readonly string[] Unused =
    [
        "API_KEY", "MAX_REQUESTS_PER_SECOND", "LISTEN_URL", "WORKER_COMMAND", "WORKER_URL", "FANOUT_STATE", "LOG_FORMAT",
    ];

    /// <summary>Reads them.</summary>
    /// <param name="environment">Environment variables by exact name.</param>
    /// <param name="directory">What relative paths are relative to.</param>
    /// <exception cref="AzureSettingsException">Some are wrong.</exception>
    public static FanOutSettings Read(IReadOnlyDictionary<string, string> environment, string directory)
    {
        var result = SettingsParser.Parse([SettingSource.From(Place, environment)]);
        if (!result.IsValid) throw new AzureSettingsException([.. result.Errors.Select(error => error.Message)]);
        var settings = result.Settings;
        if (Refusals(settings, environment).Select(error => error.Message).ToList() is { Count: > 0 } refusals)
            throw new AzureSettingsException(refusals);
        return settings with
        {
            ResultStore = settings.ResultStore ?? BlobAddress.Default,
            PublicUrl = settings.PublicUrl ?? UrlOf(environment),
            Price = PriceOf(settings, directory),
        };
    }

    /// <summary>Says which names are set and mean nothing here.</summary>
    public static void LogUnused(ILogger log, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var name in UnusedIn(environment)) LogUnused(log, name);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Name} is set, and means nothing on Azure Functions")]
    private static partial void LogUnused(ILogger log, string name);

    private static IEnumerable<string> UnusedIn(IReadOnlyDictionary<string, string> environment) => Unused.Where(name =>
        environment.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text)
        && text.Trim() != SettingDefinitions.Find(name)!.Default);

    private static IEnumerable<SettingError> Refusals(
        FanOutSettings settings, IReadOnlyDictionary<string, string> environment)
    {
        const string Here = "on Azure Functions";
        if (settings.RunPodEndpoint is null)
            yield return SettingError.NotHere(SettingDefinitions.RunPodEndpoint, null, Here, SettingDefinitions.RunPodEndpoint.Allowed);
        if (settings.Workers == 1)
        {
            yield return SettingError.NotHere(
                SettingDefinitions.Workers, "1", Here,
                "2 to 10000; an app that comes and goes has no worker of its own. A run's own \"workers\" may be 1");
        }

        if (settings.ResultStore is { } place && !BlobAddress.IsOne(place) && !S3Address.IsOne(place))
        {
            yield return SettingError.NotHere(
                SettingDefinitions.Find("RESULT_STORE")!, place, Here,
                $"{BlobAddress.Allowed}, or s3://bucket/prefix; a folder would be that of one instance alone");
        }

        if (settings.ResultStore is not { } store || BlobAddress.Parse(store) is { Account: null })
        {
            // Its parts, such as AzureWebJobsStorage__accountName, name an account too.
            var storage = PlatformSettings.All.Single(platform => platform.Name == "AzureWebJobsStorage");
            if (!environment.Any(pair => pair.Key.StartsWith(storage.Name, StringComparison.OrdinalIgnoreCase)
                && pair.Key.Length is var length && (length == storage.Name.Length || pair.Key[storage.Name.Length] is '_' or ':')
                && pair.Value.Length > 0))
            {
                yield return SettingError.NotHere(storage, null, Here, storage.Allowed);
            }
        }
    }

    /// <summary>Where the platform says that the app is reached; nowhere when it is this machine.</summary>
    private static Uri? UrlOf(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue("WEBSITE_HOSTNAME", out var host)
        && Uri.TryCreate($"https://{host}", UriKind.Absolute, out var url) && !url.IsLoopback && url.IsDefaultPort
            ? url
            : null;

    private static WorkerPrice? PriceOf(FanOutSettings settings, string directory)
    {
        try
        {
            var table = settings.GpuPrices is { } file
                ? GpuPriceTable.Read(File.ReadAllBytes(Path.GetFullPath(file, directory)))
                : GpuPriceTable.BuiltIn;
            return WorkerPrice.Of(settings, table);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new AzureSettingsException(
            [
                e.Message.StartsWith("GPU ", StringComparison.Ordinal)
                    ? e.Message
                    : $"GPU_PRICES is {Secret.Quote(settings.GpuPrices!)}, which cannot be used: {e.Message}",
            ]);
        }
    }
}

/// <summary>The app will not start with these settings.</summary>
/// <param name="problems">Each names the setting, the value and what is allowed.</param>
internal sealed class AzureSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems));
