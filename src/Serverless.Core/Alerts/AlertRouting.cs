namespace Serverless.Core.Alerts;

/// <summary>Who is told of what.</summary>
public sealed record AlertRouting
{
    /// <summary>Nobody is told of anything.</summary>
    public static AlertRouting None { get; } = new();

    /// <summary>The channels, each of another name.</summary>
    public IReadOnlyList<IAlertChannel> Channels { get; init; } = [];

    /// <summary>What is told. Default: all.</summary>
    public IReadOnlyCollection<AlertEvent> On { get; init; } = AlertEvents.Chosen;

    /// <summary>Where people find the dashboard; null: alerts have no link.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The channels that an event goes to.</summary>
    public IEnumerable<IAlertChannel> ChannelsFor(AlertEvent alert) =>
        alert == AlertEvent.Test || On.Contains(alert) ? Channels : [];

    /// <summary>The channel of a name; null when there is none any more.</summary>
    public IAlertChannel? Find(string name) => Channels.FirstOrDefault(channel => channel.Name == name);

    /// <summary>The run's page on the dashboard.</summary>
    public Uri? LinkTo(string runId) =>
        PublicUrl is null ? null : new Uri($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/#/runs/{Uri.EscapeDataString(runId)}");
}
