using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>Starts instances, and starts them over.</summary>
internal static class StartCalls
{
    public static async Task<IResult> StartAsync(
        string functionName, string? instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        ManagementNames.CheckName(functionName, nameof(functionName));
        if (instanceId is not null) ManagementNames.CheckInstanceId(instanceId);
        if (functionName == Names.FanOut || Names.IsPart(functionName))
        {
            throw new ProblemException(
                Problem.InvalidRequest,
                "A run is started with POST /api/runs, which checks its flashpoints and stores them first.",
                nameof(functionName));
        }

        var timeout = new ManagementQuery(context.Request).Timeout();
        object? input = await JsonBody.ReadAsync(context.Request, cancellationToken);
        var options = new StartOrchestrationOptions { InstanceId = instanceId };
        return await AnswerAsync(
            parts,
            () => parts.Client.ScheduleNewOrchestrationInstanceAsync(functionName, input, options, cancellationToken),
            timeout,
            StoppingOf(context),
            cancellationToken);
    }

    public static async Task<IResult> RestartAsync(
        string instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        ManagementNames.CheckInstanceId(instanceId);
        var wish = new ManagementQuery(context.Request);
        var timeout = wish.Timeout();
        var withNewId = wish.Flag("restartWithNewInstanceId", otherwise: true);
        var found = await parts.Client.GetInstanceAsync(instanceId, cancellation: cancellationToken) ?? throw NothingToRestart(instanceId);
        if (Instances.IsRun(found) || Instances.IsPartOfRun(found))
        {
            throw new ProblemException(
                Problem.Conflict,
                $"'{instanceId}' is a run or a part of one. POST /api/runs/ID/retry runs again what is null in its results; "
                    + "POST /api/runs starts another run.");
        }

        if (!withNewId && await Instances.FindWaitingParentAsync(parts, found, cancellationToken) is { } parent)
        {
            throw new ProblemException(
                Problem.Conflict, $"'{parent.InstanceId}' waits for '{instanceId}': restart it with a new id, or that one.");
        }

        return await AnswerAsync(
            parts,
            () => parts.Client.RestartAsync(instanceId, withNewId, cancellationToken),
            timeout,
            StoppingOf(context),
            cancellationToken);
    }

    private static CancellationToken StoppingOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    private static async Task<IResult> AnswerAsync(
        HostParts parts, Func<Task<string>> start, TimeSpan? timeout, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var id = await TranslateAsync(start);
        if (timeout is null || await EndAsync(parts, id, timeout.Value, stopping, cancellationToken) is not { } end)
            return new CheckStatusResult(id);
        return new JsonResult(StatusCodes.Status200OK, json =>
        {
            if (end.RuntimeStatus != OrchestrationRuntimeStatus.Completed) StatusJson.Write(json, end, showInput: true);
            else if (end.SerializedOutput is null) json.WriteNullValue();
            else json.WriteRawValue(end.SerializedOutput, skipInputValidation: true);
        });
    }

    private static async Task<string> TranslateAsync(Func<Task<string>> start)
    {
        try
        {
            return await start();
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            throw new ProblemException(Problem.Conflict, e.Message, "instanceId", e);
        }
        catch (InstanceNotFoundException e)
        {
            throw NothingToRestart(e.InstanceId);
        }
        catch (ArgumentException e)
        {
            // Most likely that nobody registered the orchestrator.
            throw new ProblemException(Problem.InvalidRequest, e.Message, inner: e);
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(Problem.TooManyRuns, e.Message, inner: e);
        }
    }

    /// <summary>Null when it has not ended before time was up or the host stopped, or was purged meanwhile.</summary>
    private static async Task<OrchestrationMetadata?> EndAsync(
        HostParts parts, string id, TimeSpan timeout, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping, cancellationToken);
        try
        {
            return await parts.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (InstanceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>400, not 404, as the Functions extension has it.</summary>
    private static ProblemException NothingToRestart(string instanceId) =>
        new(Problem.InvalidRequest, $"There is no instance '{instanceId}' to restart.", "instanceId");
}
