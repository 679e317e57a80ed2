using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Durable;
using Serverless.Functions.Durable;

namespace Serverless.Functions.Tests.Durable;

/// <summary>Durable Task itself: its worker and client, over gRPC to its dispatchers with a store in memory. Payloads are
/// written as the Functions worker writes them. Every turn replays the history from its beginning.</summary>
internal sealed class InProcessEngine : IAsyncDisposable
{
    private readonly TaskHub _hub;
    private readonly IHost _worker;
    private readonly GrpcChannel _channel;

    private InProcessEngine(TaskHub hub, IHost worker, GrpcChannel channel)
    {
        (_hub, _worker, _channel) = (hub, worker, channel);
        Native = worker.Services.GetRequiredService<DurableTaskClient>();
        Client = new DurableTaskDurableClient(Native);
    }

    /// <summary>Durable Task's own client.</summary>
    public DurableTaskClient Native { get; }

    /// <summary>The port's client over it.</summary>
    public DurableClient Client { get; }

    public static async Task<InProcessEngine> StartAsync(
        DurableRegistry registry, Action<DurableTaskWorkerOptions>? configure = null, RequestRecorder? recorder = null)
    {
        var hub = await TaskHub.StartAsync();
        var channel = GrpcChannel.ForAddress(hub.Address);
        var worker = CreateWorker(registry, channel, configure, recorder);
        await worker.StartAsync();
        return new InProcessEngine(hub, worker, channel);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync();
        _worker.Dispose();
        await _channel.ShutdownAsync();
        _channel.Dispose();
        await _hub.DisposeAsync();
    }

    private static IHost CreateWorker(
        DurableRegistry registry, GrpcChannel channel, Action<DurableTaskWorkerOptions>? configure, RequestRecorder? recorder)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        var converter = new SerializerConverter(new WorkerSerializer(registry));
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.UseGrpc(options => options.CallInvoker =
                recorder is null ? channel.CreateCallInvoker() : channel.CreateCallInvoker().Intercept(recorder));
            worker.AddTasks(tasks => tasks.AddAll(registry));
            worker.Configure(options => options.DataConverter = converter);
            if (configure is not null) worker.Configure(configure);
        });
        builder.Services.AddDurableTaskClient(client =>
        {
            client.UseGrpc(channel);
            client.Configure(options => options.DataConverter = converter);
            client.RegisterDirectly();
        });
        return builder.Build();
    }
}
