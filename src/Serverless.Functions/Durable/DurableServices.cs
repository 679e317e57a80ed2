using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>What the durable triggers need.</summary>
public static class DurableServices
{
    /// <summary>Adds what runs a <see cref="DurableRegistry"/> on Durable Task; the registry itself is for the caller to add.
    /// </summary>
    public static IServiceCollection AddDurableTriggers(this IServiceCollection services)
    {
        services.AddSingleton<BoundDurableClient>();
        services.AddSingleton<Orchestrations>();
        services.AddSingleton<Activities>();
        services.AddOptions<WorkerOptions>()
            .Configure<DurableRegistry>((options, registry) => options.Serializer = new WorkerSerializer(registry));
        return services;
    }
}
