using Microsoft.Extensions.DependencyInjection;
using Refit;
using Serverless.RunPod;

namespace Serverless.Functions.RunPod;

/// <summary>The job API over Refit and a client of the factory.</summary>
internal sealed class RefitRunPodApi(IRunPodCalls calls) : IRunPodApi
{
    private const string Client = "runpod";
    private const string LocalClient = "runpod on this machine";

    /// <summary>Registers the clients. Retries, limits and the circuit breaker are <see cref="RunPodJobBackend"/>'s, in both
    /// heads: a second pipeline here would repeat what is being repeated.</summary>
    public static IServiceCollection AddClients(IServiceCollection services, RunPodOptions options)
    {
        AddClient(services, Client, isLoopback: false, options);
        AddClient(services, LocalClient, isLoopback: true, options);
        return services;
    }

    /// <summary>The transport to an endpoint.</summary>
    public static RunPodTransport Transport(IHttpClientFactory clients) => (endpoint, apiKey, _) =>
    {
        var client = clients.CreateClient(endpoint.BaseUri.IsLoopback ? LocalClient : Client);
        RunPodHttp.Configure(client, endpoint, apiKey);
        return new RefitRunPodApi(RestService.For<IRunPodCalls>(client));
    };

    public Task<HttpResponseMessage> RunAsync(HttpContent body, CancellationToken cancellationToken) =>
        calls.RunAsync(body, cancellationToken);

    public Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken) =>
        calls.StatusAsync(RunPodHttp.CheckId(id), cancellationToken);

    public Task<HttpResponseMessage> StreamAsync(string id, CancellationToken cancellationToken) =>
        calls.StreamAsync(RunPodHttp.CheckId(id), RunPodHttp.ShortestStreamWait, cancellationToken);

    public Task<HttpResponseMessage> CancelAsync(string id, CancellationToken cancellationToken) =>
        calls.CancelAsync(RunPodHttp.CheckId(id), cancellationToken);

    public Task<HttpResponseMessage> RetryAsync(string id, CancellationToken cancellationToken) =>
        calls.RetryAsync(RunPodHttp.CheckId(id), cancellationToken);

    public Task<HttpResponseMessage> PurgeQueueAsync(CancellationToken cancellationToken) => calls.PurgeQueueAsync(cancellationToken);

    public Task<HttpResponseMessage> HealthAsync(CancellationToken cancellationToken) => calls.HealthAsync(cancellationToken);

    private static void AddClient(IServiceCollection services, string name, bool isLoopback, RunPodOptions options) => services
        .AddHttpClient(name)
        .ConfigurePrimaryHttpMessageHandler(() => RunPodHttp.CreateHandler(isLoopback, options))

        // Backends keep their client: connections are renewed below it.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)

        // The paths have job ids in them.
        .RemoveAllLoggers();
}
