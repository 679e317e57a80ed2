using System.Text.Json;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Alerts;

/// <summary>
/// Makes the alerts of runs that ended without being able to say so themselves: those that failed or were terminated. Until when
/// it has looked lies in the store, so that a head may call it at every start and every few seconds, and none is missed while
/// nothing ran; what ended before the first call is nobody's news. Where nobody is to be told it does nothing. Not for concurrent use.
/// </summary>
public sealed class AlertSweep(DurableClient client, AlertRouting routing, IObjectStore objects, TimeProvider time)
{
    private const string MarkName = "alerts/swept.json";

    /// <summary>An end is dated before it is committed, and on Azure by another machine's clock.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private static readonly OrchestrationRuntimeStatus[] Unsaid =
        [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>What lies in the store may be this old: looking at a run twice makes no second alert, and a store may cost
    /// money.</summary>
    private static readonly TimeSpan StoreInterval = TimeSpan.FromMinutes(5);

    private readonly AlertDispatch _dispatch = new(client, routing);
    private DateTimeOffset? _stored;
    private DateTimeOffset? _looked;

    /// <summary>Looks at all runs that ended since it last did.</summary>
    /// <returns>How many alerts are new.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (routing.Channels.Count == 0) return 0;
        var now = time.GetUtcNow();
        _stored ??= await ReadAsync(cancellationToken);
        var raised = (_looked ?? _stored) is { } since ? await LookAsync(since - Margin, cancellationToken) : 0;
        _looked = now;
        if (_stored is { } stored && now - stored < StoreInterval) return raised;
        await WriteAsync(now, cancellationToken);
        _stored = now;
        return raised;
    }

    /// <summary>Looks at one run.</summary>
    /// <returns>How many alerts are new.</returns>
    public async Task<int> RunAsync(string runId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken) is { } instance
            ? await RaiseAsync(instance, cancellationToken)
            : 0;

    private async Task<int> LookAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.FanOut,
            Statuses = Unsaid,
            RootsOnly = true,
            UpdatedFrom = since,
            FetchInputsAndOutputs = true,
        };
        var raised = 0;
        do
        {
            var page = await client.ListInstancesAsync(query, cancellationToken);
            foreach (var instance in page.Values) raised += await RaiseAsync(instance, cancellationToken);
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return raised;
    }

    private async Task<int> RaiseAsync(OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        if (!Unsaid.Contains(instance.RuntimeStatus) || RunReading.ToSnapshot(instance) is not { } ended) return 0;
        var run = instance.ReadInputAs(RunJson.Default.RunInput)!;
        return run.TellsEnd == true ? await _dispatch.RaiseAsync(RunAlerts.Of(run, ended), cancellationToken) : 0;
    }

    private async Task<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await objects.OpenReadAsync(MarkName, cancellationToken) is not { } found) return null;
        await using (found)
        {
            return await JsonSerializer.DeserializeAsync(found, RunJson.Default.DateTimeOffset, cancellationToken);
        }
    }

    private Task WriteAsync(DateTimeOffset until, CancellationToken cancellationToken) =>
        objects.WriteJsonAsync(MarkName, until, RunJson.Default.DateTimeOffset, cancellationToken);
}
