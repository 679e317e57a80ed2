using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>The client that was bound last, as one client: for those who are made before any is.</summary>
internal sealed class CurrentDurableClient(BoundDurableClient bound) : DurableClient
{
    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        string orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default) =>
        bound.Current.ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, options, cancellation);

    public override Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        bound.Current.GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationPage> ListInstancesAsync(OrchestrationQuery query, CancellationToken cancellation = default) =>
        bound.Current.ListInstancesAsync(query, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        bound.Current.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellation);

    public override Task<bool> RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        bound.Current.RaiseEventAsync(instanceId, eventName, eventPayload, cancellation);

    public override Task<bool> TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        bound.Current.TerminateInstanceAsync(instanceId, options, cancellation);

    public override Task<bool> SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        bound.Current.SuspendInstanceAsync(instanceId, reason, cancellation);

    public override Task<bool> ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        bound.Current.ResumeInstanceAsync(instanceId, reason, cancellation);

    public override Task<bool> RewindInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        bound.Current.RewindInstanceAsync(instanceId, reason, cancellation);

    public override Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default) =>
        bound.Current.RestartAsync(instanceId, restartWithNewInstanceId, cancellation);

    public override Task<IReadOnlyList<OrchestrationHistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default) =>
        bound.Current.GetOrchestrationHistoryAsync(instanceId, cancellation);

    public override Task<int> PurgeInstanceAsync(string instanceId, bool recursive = false, CancellationToken cancellation = default) =>
        bound.Current.PurgeInstanceAsync(instanceId, recursive, cancellation);
}
