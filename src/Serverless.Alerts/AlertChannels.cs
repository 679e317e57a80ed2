using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Alerts;

/// <summary>The channels that the settings name, over connections of their own. Addresses come from settings alone: no call and
/// no run can name one.</summary>
public sealed class AlertChannels : IDisposable
{
    private readonly HttpClient _client = AlertHttp.CreateClient();

    /// <summary>Makes the channels.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="version">Of this program, for receivers that ask.</param>
    /// <param name="time">The clock.</param>
    public AlertChannels(FanOutSettings settings, string version, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        var http = new AlertHttp(_client, time);
        Routing = new AlertRouting
        {
            Channels = [.. Create(http, settings.Alerts, version, time)],
            On = settings.Alerts.On,
            PublicUrl = settings.PublicUrl,
        };
    }

    /// <summary>Who is told of what.</summary>
    public AlertRouting Routing { get; }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static IEnumerable<IAlertChannel> Create(AlertHttp http, AlertSettings settings, string version, TimeProvider time)
    {
        if (settings.WebhookUrl is not null) yield return new WebhookChannel(http, settings);
        if (settings.SlackWebhookUrl is not null) yield return new SlackChannel(http, settings);
        if (settings.TelegramBotToken is not null) yield return new TelegramChannel(http, settings);
        if (settings.SentryDsn is not null) yield return new SentryChannel(http, settings, version, time);
    }
}
