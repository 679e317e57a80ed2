using DurableMetadata = Microsoft.DurableTask.Client.OrchestrationMetadata;
using DurableStatus = Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;
using Metadata = Serverless.Durable.OrchestrationMetadata;
using Status = Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.Functions.Durable;

/// <summary>What Durable Task says of an instance, in the port's words.</summary>
internal static class InstanceMetadata
{
    public static Metadata ToPort(DurableMetadata instance, bool withPayloads) => new()
    {
        Name = instance.Name,
        InstanceId = instance.InstanceId,
        RuntimeStatus = ToPort(instance.RuntimeStatus),
        CreatedAt = instance.CreatedAt,
        LastUpdatedAt = instance.LastUpdatedAt,
        ParentInstanceId = instance.Tags.GetValueOrDefault(Options.ParentTag),
        FailureDetails = Failures.ToPort(instance.FailureDetails),
        SerializedInput = withPayloads ? instance.SerializedInput : null,
        SerializedOutput = withPayloads ? instance.SerializedOutput : null,
        SerializedCustomStatus = withPayloads ? Shown(instance.SerializedCustomStatus) : null,
    };

    /// <summary>The numbers are the same, by design of the port.</summary>
    public static Status ToPort(DurableStatus status) => (Status)(int)status;

    /// <summary>An instance that was just there and is not any more has been Pending, as far as anybody knows.</summary>
    public static Status ToPort(DurableStatus? status) => status is { } known ? ToPort(known) : Status.Pending;

    public static DurableStatus ToDurableTask(Status status) => (DurableStatus)(int)status;

    /// <summary>Azure Storage keeps the word for what was never shown.</summary>
    private static string? Shown(string? customStatus) => customStatus == "null" ? null : customStatus;
}
