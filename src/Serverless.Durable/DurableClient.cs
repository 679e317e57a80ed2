namespace Serverless.Durable;

/// <summary>How the outside starts, watches and steers instances. What a call acknowledges survives a power cut.</summary>
public abstract class DurableClient
{
    /// <summary>Schedules a new instance; the answer is its id.</summary>
    /// <exception cref="OrchestrationAlreadyExistsException">The id belongs to an instance in one of
    /// <see cref="StartOrchestrationOptions.DedupeStatuses"/>.</exception>
    public abstract Task<string> ScheduleNewOrchestrationInstanceAsync(
        string orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default);

    /// <summary>The instance, or null when there is none of that id.</summary>
    public abstract Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>One page of instances, oldest first unless asked otherwise.</summary>
    public abstract Task<OrchestrationPage> ListInstancesAsync(
        OrchestrationQuery query, CancellationToken cancellation = default);

    /// <summary>Waits until the instance has ended.</summary>
    /// <exception cref="InstanceNotFoundException">There is none of that id.</exception>
    public abstract Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Sends an external event. It is kept until the instance asks for it.</summary>
    /// <returns>False when the instance is unknown or has ended: nothing was stored.</returns>
    public abstract Task<bool> RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default);

    /// <summary>Ends an instance from outside. Activities under way are not stopped; their results are dropped.</summary>
    /// <returns>False when the instance is unknown or has ended.</returns>
    public abstract Task<bool> TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Sets an instance aside until it is resumed; events for it are kept.</summary>
    /// <returns>False when the instance is unknown or has ended.</returns>
    public abstract Task<bool> SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Lets a suspended instance go on.</summary>
    /// <returns>False when the instance is unknown or has ended.</returns>
    public abstract Task<bool> ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Gives a failed instance another chance: what failed in it runs again, what succeeded does not.</summary>
    /// <returns>False when the instance is unknown or has not failed.</returns>
    public abstract Task<bool> RewindInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Runs an instance's orchestrator once more, with the same input.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="restartWithNewInstanceId">Whether it gets a fresh id. If not, the instance must have ended, and is
    /// replaced.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The id of the new instance.</returns>
    /// <exception cref="InstanceNotFoundException">There is none of that id.</exception>
    /// <exception cref="OrchestrationAlreadyExistsException">It shall keep its id and has not ended.</exception>
    public abstract Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default);

    /// <summary>All that has happened to an instance since it was last started, in order.</summary>
    /// <exception cref="InstanceNotFoundException">There is none of that id.</exception>
    public abstract Task<IReadOnlyList<OrchestrationHistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default);

    /// <summary>Deletes an ended instance, its history and, if asked, its children.</summary>
    /// <returns>How many instances were deleted.</returns>
    /// <exception cref="InvalidOperationException">The instance has not ended.</exception>
    public abstract Task<int> PurgeInstanceAsync(
        string instanceId, bool recursive = false, CancellationToken cancellation = default);
}

/// <summary>How to schedule an instance.</summary>
public sealed record StartOrchestrationOptions
{
    /// <summary>The id of the new instance; null means a fresh one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>
    /// An existing instance of that id in one of these states is kept, and the call fails. In any other state it is
    /// replaced. Default: the states that have not ended, so that a live instance is never silently replaced.
    /// </summary>
    public IReadOnlyList<OrchestrationRuntimeStatus> DedupeStatuses { get; init; } =
        [.. OrchestrationQuery.Live, OrchestrationRuntimeStatus.ContinuedAsNew];
}

/// <summary>How to end an instance from outside.</summary>
/// <param name="Output">Becomes the instance's output.</param>
/// <param name="Recursive">Whether its children end too. Default true: orphans cost money.</param>
public sealed record TerminateInstanceOptions(object? Output = null, bool Recursive = true);

/// <summary>Which instances to list.</summary>
public sealed record OrchestrationQuery
{
    /// <summary>The page size when none is given.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>The states in which an instance that has not ended is found.</summary>
    public static IReadOnlyList<OrchestrationRuntimeStatus> Live { get; } =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Only these states; null or empty means all.</summary>
    public IReadOnlyList<OrchestrationRuntimeStatus>? Statuses { get; init; }

    /// <summary>Only instances whose id begins so.</summary>
    public string? InstanceIdPrefix { get; init; }

    /// <summary>Only instances of this orchestrator; null means all.</summary>
    public string? Name { get; init; }

    /// <summary>Only instances that no other instance started.</summary>
    public bool RootsOnly { get; init; }

    /// <summary>Whether those scheduled last come first. Default false.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>Only instances scheduled at or after this instant.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Only instances scheduled before this instant.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Only instances whose history has grown at or after this instant, or that show something new since. The
    /// instant is taken before the commit: leave a margin.</summary>
    public DateTimeOffset? UpdatedFrom { get; init; }

    /// <summary>Whether inputs, outputs and custom status are read too.</summary>
    public bool FetchInputsAndOutputs { get; init; }

    /// <summary>How many at most. 1 to 1,000.</summary>
    public int PageSize { get; init; } = DefaultPageSize;

    /// <summary>Where the page before ended.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Values">The instances.</param>
/// <param name="ContinuationToken">Where to go on, or null when this was the last page.</param>
public sealed record OrchestrationPage(IReadOnlyList<OrchestrationMetadata> Values, string? ContinuationToken);
