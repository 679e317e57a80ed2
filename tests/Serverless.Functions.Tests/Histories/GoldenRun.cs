using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Protobuf;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Functions.Durable;
using Serverless.Functions.Tests.Durable;
using Serverless.Functions.Tests.Runs;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Histories;

/// <summary>Histories of runs on Durable Task: recorded, and run again as the Functions worker does it, through the triggers'
/// own <see cref="Orchestrations"/>.</summary>
internal static class GoldenRun
{
    /// <summary>Plays a scenario and gives the last turn of each of its instances: the request with its history, and what it
    /// came to.</summary>
    public static async Task<JsonArray> RecordAsync(RunScenario scenario)
    {
        var recorder = new RequestRecorder();
        await using (var run = await RunOnEngine.DurableTaskAsync(scenario, recorder)) await run.PlayAsync();
        return new JsonArray([.. recorder.Last.OrderBy(turn => turn.Key, StringComparer.Ordinal).Select(turn => new JsonObject
        {
            ["request"] = JsonNode.Parse(JsonFormatter.Default.Format(turn.Value)),
            ["result"] = JsonNode.Parse(Replay(turn.Value).Result),
        })]);
    }

    /// <summary>Runs the last turn of an instance, which replays all of it, and gives how it completes.</summary>
    public static CompleteOrchestrationAction Replay(OrchestratorRequest request)
    {
        var registry = new RunEnvironment
        {
            Objects = new MemoryObjectStore(),
            Backends = _ => throw new JobBackendException(JobErrorKind.Permanent, "orchestrators have no backend"),
            Client = () => throw new InvalidOperationException("orchestrators have no client"),
        }.CreateRegistry();
        var options = new DurableTaskWorkerOptions { DataConverter = new SerializerConverter(new WorkerSerializer(registry)) };
        using var services = new ServiceCollection()
            .AddSingleton(new DurableTaskShimFactory(options, NullLoggerFactory.Instance))
            .BuildServiceProvider();
        var trigger = new Trigger(new Orchestrations(registry));
        var answer = GrpcOrchestrationRunner.LoadAndRun(Convert.ToBase64String(request.ToByteArray()), trigger, services);
        var response = OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(answer));
        return response.Actions.Select(action => action.CompleteOrchestration).SingleOrDefault(end => end is not null)
            ?? throw new ShouldAssertException($"{request.InstanceId} goes on: {response.Actions}");
    }

    /// <summary>As the worker wraps a trigger's method: it has the input as an element, and the method asks the context for it.
    /// </summary>
    private sealed class Trigger(Orchestrations orchestrations) : ITaskOrchestrator
    {
        public Type InputType => typeof(System.Text.Json.JsonElement);

        public Type OutputType => typeof(object);

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) => orchestrations.RunAsync(context);
    }
}
