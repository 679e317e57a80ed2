using DurableTask.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.Functions.Tests.Durable;

/// <summary>Durable Task's own dispatchers behind gRPC, with a store in memory.</summary>
internal sealed class TaskHub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TaskHub(WebApplication app) => _app = app;

    /// <summary>Where workers and clients reach it.</summary>
    public Uri Address => new(_app.Urls.Single());

    public static async Task<TaskHub> StartAsync()
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
        var app = builder.Build();
        app.MapGrpcService<TaskHubGrpcServer>();
        await app.StartAsync();
        return new TaskHub(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
