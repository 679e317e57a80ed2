using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>What the durable triggers need.</summary>
public static class DurableServices
{
    /// <summary>Adds what runs a <see cref="DurableRegistry"/> on Durable Task; the registry itself is for the caller to add.
    /// </summary>
    /// <param name="services">Where.</param>
    /// <param name="payloads">Knows how payloads are written, as the registry does. Not that one: what it works with logs, and the
    /// worker's logging waits for the worker's options.</param>
    public static IServiceCollection AddDurableTriggers(this IServiceCollection services, DurableRegistry payloads)
    {
        services.AddSingleton<BoundDurableClient>();
        services.AddSingleton<Orchestrations>();
        services.AddSingleton<Activities>();
        services.AddOptions<WorkerOptions>()
            .Configure(options => options.Serializer = new WorkerSerializer(payloads));
        return services;
    }
}
