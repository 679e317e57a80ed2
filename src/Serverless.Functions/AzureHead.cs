using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Alerts;
using Serverless.Blobs;
using Serverless.Core.Jobs;
using Serverless.Core.Results;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Functions.Durable;
using Serverless.Functions.Http;
using Serverless.Functions.RunPod;
using Serverless.Functions.Settings;
using Serverless.Functions.Storage;
using Serverless.Host;
using Serverless.Host.Live;
using Serverless.Host.Webhooks;
using Serverless.RunPod;

namespace Serverless.Functions;

/// <summary>Composes the Azure head: Core's runs on Durable Task, the host's pipeline behind HTTP triggers.</summary>
public static class AzureHead
{
    /// <summary>Answers are cut off after 230 s.</summary>
    private static readonly TimeSpan MaxAnswerTime = TimeSpan.FromSeconds(200);

    /// <summary>Runs go on in other instances of the app, whose signals are not heard here, and a look is a query of the task
    /// hub, which is paid for.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>Adds all that the functions need. What a test wants otherwise it registers before.</summary>
    /// <param name="services">Where.</param>
    /// <param name="settings">Our settings, read.</param>
    public static IServiceCollection AddAzureHead(this IServiceCollection services, FanOutSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<RunSignals>();
        services.AddSingleton(new WebhookTokens(settings.RunPodApiKey));
        services.AddDurableTriggers(new DurableRegistry(RunJson.Default.Options));
        services.AddSingleton<DurableClient, CurrentDurableClient>();
        AddJobs(services, settings);
        AddStorage(services, settings);
        services.AddSingleton(provider => new AlertChannels(settings, Version, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(Environment);
        services.AddSingleton(provider => provider.GetRequiredService<RunEnvironment>().CreateRegistry());
        services.AddSingleton(Pipeline);
        services.AddSingleton<HttpAnswers>();
        return services;
    }

    private static void AddJobs(IServiceCollection services, FanOutSettings settings)
    {
        RefitRunPodApi.AddClients(services, new RunPodOptions());
        services.AddSingleton(provider => new RunPodConnector(
            settings,
            RefitRunPodApi.Transport(provider.GetRequiredService<IHttpClientFactory>()),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IJobBackends, RunPodBackends>();
    }

    private static void AddStorage(IServiceCollection services, FanOutSettings settings)
    {
        services.AddSingleton(provider => BlobAccessOf(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => ResultPlace.Open(settings, provider.GetRequiredService<BlobAccess>()));
        services.AddSingleton(provider => provider.GetRequiredService<ResultPlace>().Objects);
        services.AddSingleton<IReferenceReader>(provider => provider.GetRequiredService<ResultPlace>().References);
    }

    /// <summary>What the environment writes with two underscores is a section's of the configuration.</summary>
    internal static BlobAccess BlobAccessOf(IConfiguration configuration) =>
        new(name => configuration[name.Replace("__", ":", StringComparison.Ordinal)]);

    private static RunEnvironment Environment(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<FanOutSettings>();
        var webhooks = provider.GetRequiredService<WebhookTokens>();
        return new RunEnvironment
        {
            Objects = provider.GetRequiredService<IObjectStore>(),
            Backends = provider.GetRequiredService<IJobBackends>().Get,
            Client = provider.GetRequiredService<DurableClient>,
            Time = provider.GetRequiredService<TimeProvider>(),
            Loggers = provider.GetRequiredService<ILoggerFactory>(),
            Observer = provider.GetRequiredService<RunSignals>(),
            References = provider.GetRequiredService<IReferenceReader>(),
            Shares = provider.GetRequiredService<IObjectStore>() as ISharesObjects,
            Alerts = provider.GetRequiredService<AlertChannels>().Routing,
            Webhook = attempt => webhooks.UrlOf(settings.PublicUrl, attempt),
        };
    }

    private static HostPipeline Pipeline(IServiceProvider provider) => FanOutHost.CreatePipeline(
        new HostParts
        {
            Client = provider.GetRequiredService<DurableClient>(),
            Objects = provider.GetRequiredService<IObjectStore>(),
            Backends = provider.GetRequiredService<IJobBackends>(),
            Settings = provider.GetRequiredService<FanOutSettings>(),
            Signals = provider.GetRequiredService<RunSignals>(),
            Webhooks = provider.GetRequiredService<WebhookTokens>(),
            Time = provider.GetRequiredService<TimeProvider>(),
            Version = Version,
            Platform = new HostPlatform
            {
                ChecksCallers = true,
                ServesManagement = true,
                IsShared = true,
                MaxAnswerTime = MaxAnswerTime,
                LookInterval = LookInterval,
                MaxRunIdLength = OrchestrationPlace.MaxRunIdLength(provider.GetRequiredService<IConfiguration>()),
                LinkQuery = ManagementLinks.QueryOf,
            },
        },
        provider.GetRequiredService<ILoggerFactory>(),
        provider.GetRequiredService<IHostApplicationLifetime>());

    private static string Version => typeof(AzureHead).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
