using Microsoft.DurableTask;
using Policy = Serverless.Durable.RetryPolicy;

namespace Serverless.Functions.Durable;

/// <summary>How the port's calls are asked for in Durable Task's terms.</summary>
internal static class Options
{
    /// <summary>Carries the id of the instance that started this one: clients of Durable Task are not told it otherwise.</summary>
    public const string ParentTag = "fanout.parent";

    /// <summary>One attempt is no policy: Durable Task's own would set a timer after the last failure.</summary>
    public static TaskOptions? Of(Policy? retry) =>
        retry is null or { MaxNumberOfAttempts: 1 } ? null : TaskOptions.FromRetryPolicy(ToDurableTask(retry));

    /// <summary>A child keeps its parent's version: all instances of a run go by the rules that it began with.</summary>
    public static SubOrchestrationOptions OfChild(TaskOrchestrationContext parent, string instanceId) =>
        new(retry: null, instanceId)
        {
            Version = parent.Version,
            Tags = new Dictionary<string, string> { [ParentTag] = parent.InstanceId },
        };

    private static RetryPolicy ToDurableTask(Policy retry) => new(
        retry.MaxNumberOfAttempts,
        retry.FirstRetryInterval,
        retry.BackoffCoefficient,
        retry.MaxRetryInterval,
        retry.RetryTimeout)
    {
        HandleFailure = failure => retry.HandleFailure(Failures.ToPort(failure)),
    };
}
