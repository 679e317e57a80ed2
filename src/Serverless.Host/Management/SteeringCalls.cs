using Microsoft.AspNetCore.Http;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>Tells instances something.</summary>
internal static class SteeringCalls
{
    public static async Task<IResult> RaiseEventAsync(
        string instanceId, string eventName, HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        ManagementNames.CheckName(eventName, nameof(eventName));
        await Instances.FindLiveAsync(parts, instanceId, cancellationToken);
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(
                Problem.InvalidRequest, "The event is to be sent with Content-Type: application/json.", "Content-Type");
        }

        if (await JsonBody.ReadAsync(context.Request, cancellationToken) is not { } payload)
            throw new ProblemException(Problem.InvalidJson, "The body is empty; an event without a payload is sent as null.");
        try
        {
            return await AnswerAsync(
                parts, instanceId, await parts.Client.RaiseEventAsync(instanceId, eventName, payload, cancellationToken));
        }
        catch (InvalidOperationException e)
        {
            // It has as many events as it may have, and takes none.
            throw new ProblemException(Problem.Conflict, e.Message, inner: e);
        }
    }

    /// <summary>Begun, it goes through to the end even if the client goes away: half of it leaves jobs that cost money.
    /// </summary>
    public static async Task<IResult> TerminateAsync(
        string instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        var reason = new ManagementQuery(context.Request).Text("reason");
        var found = await Instances.FindAsync(parts, instanceId, withPayloads: false, cancellationToken);
        var termination = new RunTermination(parts.Client);
        var accepted = true switch
        {
            _ when Instances.IsRun(found) => await termination.TerminateAsync(instanceId, reason),
            _ when Instances.IsPartOfRun(found) => await termination.CancelPartAsync(found),
            _ => await parts.Client.TerminateInstanceAsync(
                instanceId, new TerminateInstanceOptions(reason), CancellationToken.None),
        };
        return await AnswerAsync(parts, instanceId, accepted);
    }

    public static Task<IResult> SuspendAsync(
        string instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken) =>
        TellAsync(instanceId, context, parts, parts.Client.SuspendInstanceAsync, cancellationToken);

    public static Task<IResult> ResumeAsync(
        string instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken) =>
        TellAsync(instanceId, context, parts, parts.Client.ResumeInstanceAsync, cancellationToken);

    public static async Task<IResult> RewindAsync(
        string instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        var reason = new ManagementQuery(context.Request).Text("reason");
        var found = await Instances.FindAsync(parts, instanceId, withPayloads: true, cancellationToken);
        if (found.RuntimeStatus != OrchestrationRuntimeStatus.Failed) throw NotFailed(found);
        if (Instances.IsPartOfRun(found))
        {
            throw new ProblemException(
                Problem.Conflict, $"'{instanceId}' is a part of a run: rewind the run, or retry what is null in it.");
        }

        // What is rewound goes on at once, so its backend comes first.
        if (Instances.IsRun(found) && found.ReadInputAs(RunJson.Default.RunInput) is { } run)
            await parts.Backends.MakeReadyAsync(run.Backend, run.Workers, cancellationToken);
        try
        {
            return await parts.Client.RewindInstanceAsync(instanceId, reason, cancellationToken)
                ? TypedResults.StatusCode(StatusCodes.Status202Accepted)
                : throw NotFailed(await Instances.FindAsync(parts, instanceId, withPayloads: false, cancellationToken));
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(Problem.Conflict, e.Message, inner: e);
        }
    }

    private static async Task<IResult> TellAsync(
        string instanceId,
        HttpContext context,
        HostParts parts,
        Func<string, string?, CancellationToken, Task<bool>> tell,
        CancellationToken cancellationToken)
    {
        var reason = new ManagementQuery(context.Request).Text("reason");
        await Instances.FindLiveAsync(parts, instanceId, cancellationToken);
        return await AnswerAsync(parts, instanceId, await tell(instanceId, reason, cancellationToken));
    }

    /// <summary>202, or what has become of the instance since it was found.</summary>
    private static async Task<IResult> AnswerAsync(HostParts parts, string instanceId, bool accepted)
    {
        if (accepted) return TypedResults.StatusCode(StatusCodes.Status202Accepted);
        throw Instances.Ended(await Instances.FindAsync(parts, instanceId, withPayloads: false, CancellationToken.None));
    }

    private static ProblemException NotFailed(OrchestrationMetadata instance) => new(
        Problem.WrongState,
        $"The instance '{instance.InstanceId}' is {instance.RuntimeStatus}; only a Failed one can be rewound.");
}
