using Serverless.Core.Runs;
using Serverless.Core.Storage;

namespace Serverless.Core.Alerts;

/// <summary>What is known of an alert on a channel besides its history: stored before it is sent, and after.</summary>
internal sealed class AlertMark(IObjectStore objects, string alertId, string channel)
{
    /// <summary>What it says while the alert is being sent: whoever finds it so does not know more.</summary>
    public static AlertAnswer Sending { get; } = new()
    {
        Outcome = AlertOutcome.Unknown,
        Detail = "what came of it was not stored before the process ended: it may have arrived, and is not sent again",
    };

    private readonly string _name = $"{PrefixOf(alertId)}{channel}.json";

    /// <summary>How the names of an alert's marks begin, on all channels.</summary>
    public static string PrefixOf(string alertId) => $"alerts/{alertId}-";

    public Task<AlertAnswer?> ReadAsync(CancellationToken cancellationToken) =>
        objects.ReadJsonAsync(_name, RunJson.Default.AlertAnswer, cancellationToken);

    public Task WriteAsync(AlertAnswer answer, CancellationToken cancellationToken) =>
        objects.WriteJsonAsync(_name, answer, RunJson.Default.AlertAnswer, cancellationToken);

    public Task DeleteAsync(CancellationToken cancellationToken) => objects.DeleteAsync(_name, cancellationToken);
}
