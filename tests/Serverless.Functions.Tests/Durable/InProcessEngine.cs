using DurableTask.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
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
    private readonly WebApplication _hub;
    private readonly IHost _worker;
    private readonly GrpcChannel _channel;

    private InProcessEngine(WebApplication hub, IHost worker, GrpcChannel channel)
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
        DurableRegistry registry, Action<DurableTaskWorkerOptions>? configure = null, ILoggerProvider? log = null)
    {
        var hub = CreateHub();
        await hub.StartAsync();
        var channel = GrpcChannel.ForAddress(hub.Urls.Single());
        var worker = CreateWorker(registry, channel, configure, log);
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

    private static WebApplication CreateHub()
    {
        var store = new Hub();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<IOrchestrationService>(store);
        builder.Services.AddSingleton<IOrchestrationServiceClient>(store);
        builder.Services.AddSingleton<TaskHubGrpcServer>();
        var hub = builder.Build();
        hub.MapGrpcService<TaskHubGrpcServer>();
        return hub;
    }

    private static IHost CreateWorker(
        DurableRegistry registry, GrpcChannel channel, Action<DurableTaskWorkerOptions>? configure, ILoggerProvider? log)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        if (log is not null) builder.Logging.AddProvider(log);
        var converter = new SerializerConverter(new WorkerSerializer(registry));
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.UseGrpc(channel);
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
