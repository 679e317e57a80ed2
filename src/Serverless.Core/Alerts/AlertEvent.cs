namespace Serverless.Core.Alerts;

/// <summary>What people are told of.</summary>
public enum AlertEvent
{
    /// <summary>A run has ended with a result for every flashpoint.</summary>
    Completed,

    /// <summary>A run has ended without some or all of its results: some are null, it was cancelled, or it failed.</summary>
    Failed,

    /// <summary>A provider takes a pod away, or a pod went without a word.</summary>
    Interrupted,

    /// <summary>A worker was restarted as often as may be, and waits for a person.</summary>
    RestartLimit,

    /// <summary>Work waits for pods, and none was seen for a while.</summary>
    NothingSeen,

    /// <summary>Somebody tries whether alerts arrive.</summary>
    Test,
}

/// <summary>The events as people write them.</summary>
public static class AlertEvents
{
    /// <summary>Those that <c>ALERT_ON</c> chooses among: a test is always sent.</summary>
    public static IReadOnlyList<AlertEvent> Chosen { get; } =
    [
        AlertEvent.Completed, AlertEvent.Failed, AlertEvent.Interrupted, AlertEvent.RestartLimit, AlertEvent.NothingSeen,
    ];

    /// <summary>Such as <c>restart_limit</c>.</summary>
    public static string Word(this AlertEvent alert) => alert switch
    {
        AlertEvent.Completed => "completed",
        AlertEvent.Failed => "failed",
        AlertEvent.Interrupted => "interrupted",
        AlertEvent.RestartLimit => "restart_limit",
        AlertEvent.NothingSeen => "nothing_seen",
        AlertEvent.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(alert), alert, "It is no event."),
    };

    /// <summary>The event of a word, whatever its case and with - for _; null when it is none that can be chosen.</summary>
    public static AlertEvent? Find(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        var plain = word.Trim().Replace('-', '_');
        var found = Chosen.Where(one => string.Equals(one.Word(), plain, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count == 0 ? null : found[0];
    }
}
