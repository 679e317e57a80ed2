using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.DurableTask.Protobuf;

namespace Serverless.Functions.Tests.Worker;

/// <summary>Calls a function: its name, what is bound to its parameters, and what its trigger tells beside.</summary>
internal delegate Task<string?> InvokeFunction(
    string name, IReadOnlyList<(string Name, Rpc Data)> data, (string Name, string Text)[] metadata);

/// <summary>Takes a task hub's work to functions, in the form that the durable extension gives it to isolated workers.</summary>
internal sealed class HubPump(Uri hub, InvokeFunction invoke) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(hub);
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _channel.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(_channel);
        try
        {
            using var work = client.GetWorkItems(new GetWorkItemsRequest(), cancellationToken: _stop.Token);
            await foreach (var item in work.ResponseStream.ReadAllAsync(_stop.Token))
                _ = Task.Run(() => DoAsync(client, item));
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            // The host stops.
        }
    }

    private async Task DoAsync(TaskHubSidecarService.TaskHubSidecarServiceClient client, WorkItem item)
    {
        if (item.OrchestratorRequest is { } orchestrator)
        {
            var answer = await OrchestrateAsync(orchestrator);
            answer.CompletionToken = item.CompletionToken;
            await client.CompleteOrchestratorTaskAsync(answer, cancellationToken: _stop.Token);
        }
        else if (item.ActivityRequest is { } activity)
        {
            var answer = await ActAsync(activity);
            answer.CompletionToken = item.CompletionToken;
            await client.CompleteActivityTaskAsync(answer, cancellationToken: _stop.Token);
        }
    }

    private async Task<OrchestratorResponse> OrchestrateAsync(OrchestratorRequest request)
    {
        var started = request.PastEvents.Concat(request.NewEvents).First(one => one.ExecutionStarted is not null).ExecutionStarted;
        var state = Convert.ToBase64String(request.ToByteArray());
        var answer = await invoke(started.Name, [("context", WorkerFunctions.Text(state))], [("instanceId", request.InstanceId)]);
        return OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(answer!));
    }

    private async Task<ActivityResponse> ActAsync(ActivityRequest request)
    {
        var answer = new ActivityResponse { InstanceId = request.OrchestrationInstance.InstanceId, TaskId = request.TaskId };
        try
        {
            // The input travels as an array of one.
            var input = JsonElement.Parse(request.Input)[0].GetRawText();
            answer.Result = await invoke(
                request.Name, [("input", WorkerFunctions.Text(input))], [("instanceId", request.OrchestrationInstance.InstanceId)]);
        }
        catch (InvocationException e)
        {
            answer.FailureDetails = new TaskFailureDetails { ErrorType = nameof(InvocationException), ErrorMessage = e.Message };
        }

        return answer;
    }
}
