using Serverless.Alerts;
using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Core.Storage;

namespace Serverless.Agent.Alerting;

/// <summary>
/// What people were told, or are to be told: an agent that is started again does not tell the same matter twice, and tells what the
/// one before could not. One that calls at a time.
/// </summary>
/// <param name="objects">Where.</param>
/// <param name="direct">Remembers what came of sending each.</param>
internal sealed class AlertNotes(IObjectStore objects, DirectAlerts direct)
{
    /// <summary>Those that are being sent, or that may have to be.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Those among them that nobody needs to know of afterwards.</summary>
    private readonly HashSet<string> _forgotten = new(StringComparer.Ordinal);

    /// <summary>Notes an alert that is to be sent.</summary>
    /// <returns>Whether it is news: else nothing is noted, and nothing to be sent.</returns>
    public async Task<bool> AddAsync(Alert alert, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(alert.Event, cancellationToken);
        if (before.Exists(known => IsSame(known, alert))) return false;
        await objects.WriteJsonAsync(NameOf(alert), alert, RunJson.Default.Alert, cancellationToken);
        _open.Add(alert.Id);
        foreach (var old in before.Where(old => !_open.Contains(old.Id))) await DeleteAsync(old, cancellationToken);
        return true;
    }

    /// <summary>All that an agent before has noted: whether each was sent is known where it is sent.</summary>
    public async Task<IReadOnlyList<Alert>> TakeUpAsync(CancellationToken cancellationToken)
    {
        var all = new List<Alert>();
        foreach (var kind in AlertEvents.Chosen) all.AddRange(await ReadAsync(kind, cancellationToken));
        _open.UnionWith(all.Select(alert => alert.Id));
        return all;
    }

    /// <summary>It is not sent again. Only what tells a later one from it is kept.</summary>
    public async Task CloseAsync(Alert alert, CancellationToken cancellationToken)
    {
        _open.Remove(alert.Id);
        if (_forgotten.Remove(alert.Id) || alert.Event == AlertEvent.Completed) await DeleteAsync(alert, cancellationToken);
    }

    /// <summary>What fails from now on is news.</summary>
    public async Task ForgetFailuresAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in (AlertEvent[])[AlertEvent.Failed, AlertEvent.RestartLimit])
        {
            foreach (var alert in await ReadAsync(kind, cancellationToken)) await DeleteAsync(alert, cancellationToken);
        }
    }

    /// <summary>Two alerts about one matter. A crash loop is one, whatever it dies of each time.</summary>
    private static bool IsSame(Alert known, Alert alert) => alert.Event switch
    {
        AlertEvent.RestartLimit => true,
        AlertEvent.Failed => known.Reason == alert.Reason,
        AlertEvent.Interrupted => known.Occurrence == alert.Occurrence,
        _ => false,
    };

    private async Task<List<Alert>> ReadAsync(AlertEvent kind, CancellationToken cancellationToken)
    {
        var alerts = new List<Alert>();
        await foreach (var name in objects.ListAsync(FolderOf(kind), cancellationToken))
        {
            if (await objects.ReadJsonAsync(name, RunJson.Default.Alert, cancellationToken) is { } alert) alerts.Add(alert);
        }

        return alerts;
    }

    /// <summary>The note first: without it, nobody asks for the marks of what was sent. Whoever is about to send it does, and would
    /// send it again without them.</summary>
    private async Task DeleteAsync(Alert alert, CancellationToken cancellationToken)
    {
        await objects.DeleteAsync(NameOf(alert), cancellationToken);
        if (_open.Contains(alert.Id)) _forgotten.Add(alert.Id);
        else await direct.ForgetAsync(alert, cancellationToken);
    }

    private static string FolderOf(AlertEvent kind) => $"told/{kind.Word()}/";

    private static string NameOf(Alert alert) => $"{FolderOf(alert.Event)}{alert.Id}.json";
}
