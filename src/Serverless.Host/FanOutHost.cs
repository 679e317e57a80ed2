using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Host.Auth;
using Serverless.Host.Http;
using Serverless.Host.Live;
using Serverless.Host.Logging;
using Serverless.Host.Management;
using Serverless.Host.OpenApi;
using Serverless.Host.Runs;
using Serverless.Host.Schedule;
using Serverless.Host.Webhooks;
using Serverless.Host.Work;

namespace Serverless.Host;

/// <summary>Puts the HTTP service together. Whoever starts it owns the engine and the store behind it.</summary>
public static class FanOutHost
{
    /// <summary>A service that is ready to be started.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="configure">Changes to the web server, for tests.</param>
    public static WebApplication Create(
        HostParts parts, ILoggerFactory loggers, Action<WebApplicationBuilder>? configure = null)
    {
        var app = Listening(parts, loggers, builder =>
        {
            builder.Services.AddSchedule();
            configure?.Invoke(builder);
        });
        Map(app, parts.Platform);
        return app;
    }

    /// <summary>A service for pods alone, for a command that runs one run: what they call, the queue, and health.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="loggers">Where it logs.</param>
    public static WebApplication CreateForPods(HostParts parts, ILoggerFactory loggers)
    {
        var app = Listening(parts, loggers, configure: null);
        HealthApi.Map(app);
        QueueApi.Map(app);
        WorkApi.Map(app);
        return app;
    }

    /// <summary>The service without a server, for a platform that listens in its place.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="lifetime">Tells when the platform stops.</param>
    public static HostPipeline CreatePipeline(HostParts parts, ILoggerFactory loggers, IHostApplicationLifetime lifetime)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(lifetime);
        var app = Compose(parts, loggers, static builder => builder.Services.AddSchedule());
        Map(app, parts.Platform);
        return new HostPipeline(app, lifetime);
    }

    private static WebApplication Listening(HostParts parts, ILoggerFactory loggers, Action<WebApplicationBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(loggers);
        AccessMiddleware.Check(parts.Settings);
        return Compose(parts, loggers, builder =>
        {
            builder.WebHost.ConfigureKestrel(Configure);
            builder.WebHost.UseUrls(parts.Settings.ListenUrl.AbsoluteUri);
            configure?.Invoke(builder);
        });
    }

    private static WebApplication Compose(HostParts parts, ILoggerFactory loggers, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Serverless.Host" });
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new MaskedLoggers(loggers)));
        builder.Services.AddSingleton(parts);
        builder.Services.AddSingleton(parts.Time);
        builder.Services.AddSingleton<LiveFeeds>();
        builder.Services.AddSingleton<RunStarter>();
        builder.Services.AddSingleton<LiveRunGate>();
        builder.Services.AddSingleton<EndpointWatch>();
        var callers = new Callers(parts.Settings);
        builder.Services.AddSingleton(callers);
        if (!parts.Platform.ChecksCallers)
            builder.Services.AddRateLimiter(limiter => RequestPace.Configure(limiter, parts.Settings, callers));
        ApiDocument.Add(builder.Services);
        builder.Services.ConfigureHttpJsonOptions(json => HostJson.Configure(json.SerializerOptions));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = HostLimits.ShutdownTimeout);
        configure(builder);

        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseRouting();
        app.UseMiddleware<ProblemMiddleware>();
        if (!parts.Platform.ChecksCallers) app.UseRateLimiter();
        app.UseMiddleware<AccessMiddleware>();
        return app;
    }

    private static void Map(WebApplication app, HostPlatform platform)
    {
        DashboardPages.Map(app);
        ApiDocument.Map(app);
        var routes = app.MapGroup("");
        ApiDescription.Describe(routes);
        StartApi.Map(routes);
        RunsApi.Map(routes);
        EventsApi.Map(routes);
        FlashpointsApi.Map(routes);
        ResultsApi.Map(routes);
        ScheduleApi.Map(routes);
        if (!platform.ServesManagement) ManagementApi.Map(routes);
        WebhookApi.Map(routes);
        HealthApi.Map(routes);
        JobsApi.Map(routes);
        AlertsApi.Map(routes);
        QueueApi.Map(routes);
        WorkApi.Map(routes);
    }

    private static void Configure(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = HostLimits.MaxBodyBytes;
    }
}
