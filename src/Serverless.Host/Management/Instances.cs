using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>Finds instances and knows which of them belong to runs, whose rules hold here too.</summary>
internal static class Instances
{
    /// <exception cref="ProblemException">There is none of that id, or it may not be an id.</exception>
    public static async Task<OrchestrationMetadata> FindAsync(
        HostParts parts, string instanceId, bool withPayloads, CancellationToken cancellationToken)
    {
        ManagementNames.CheckInstanceId(instanceId);
        return await parts.Client.GetInstanceAsync(instanceId, withPayloads, cancellationToken) ?? throw Unknown(instanceId);
    }

    /// <exception cref="ProblemException">There is none of that id, or it has ended.</exception>
    public static async Task<OrchestrationMetadata> FindLiveAsync(
        HostParts parts, string instanceId, CancellationToken cancellationToken)
    {
        var found = await FindAsync(parts, instanceId, withPayloads: false, cancellationToken);
        return found.RuntimeStatus.IsEnded() ? throw Ended(found) : found;
    }

    public static ProblemException Unknown(string instanceId) =>
        new(Problem.NotFound, $"There is no instance '{instanceId}'.", "instanceId");

    public static ProblemException Ended(OrchestrationMetadata instance) =>
        new(Problem.InstanceEnded, $"The instance '{instance.InstanceId}' has ended: it is {instance.RuntimeStatus}.");

    public static bool IsRun(OrchestrationMetadata instance) => instance.Name == Names.FanOut;

    /// <summary>Whether it is a section, group or chunk of a run.</summary>
    public static bool IsPartOfRun(OrchestrationMetadata instance) => Names.IsPart(instance.Name);

    /// <summary>Who started it and still waits for it; null when nobody does.</summary>
    public static async Task<OrchestrationMetadata?> FindWaitingParentAsync(
        HostParts parts, OrchestrationMetadata instance, CancellationToken cancellationToken) =>
        instance.ParentInstanceId is { } id
        && await parts.Client.GetInstanceAsync(id, cancellation: cancellationToken) is { } parent
        && !parent.RuntimeStatus.IsEnded()
            ? parent
            : null;
}
