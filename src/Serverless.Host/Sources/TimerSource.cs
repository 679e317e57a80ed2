using Serverless.Core.Settings;

namespace Serverless.Host.Sources;

/// <summary>Opens the source that the settings name for timed runs.</summary>
public static class TimerSource
{
    /// <summary>The source, or null when FLASHPOINT_SOURCE is not set.</summary>
    public static IFlashpointSource? Open(FanOutSettings settings, SourceClient client, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(client);
        if (settings.FlashpointSource?.Reveal() is not { } text) return null;
        if (PostgresAddress.Parse(text) is { } address) return new PostgresSource(address, settings.FlashpointQuery ?? "");
        if (!text.Contains("://", StringComparison.Ordinal)) return new FileSource(text);
        return new HttpSource(client.Http, time) { Url = text, Headers = settings.FlashpointSourceHeaders };
    }
}
