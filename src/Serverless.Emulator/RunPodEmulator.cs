using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Http;
using Serverless.Emulator.Jobs;
using Serverless.Emulator.Timing;
using Serverless.Emulator.Webhooks;
using Serverless.Emulator.Workers;
using Serverless.Workers;

namespace Serverless.Emulator;

/// <summary>A RunPod endpoint on this machine: its job API over real HTTP, its workers running a given handler.
/// </summary>
public sealed class RunPodEmulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly EmulatorParts _parts;
    private readonly JobEndpoint _endpoint;
    private bool _disposed;

    private RunPodEmulator(WebApplication app, EmulatorParts parts, JobEndpoint endpoint)
    {
        (_app, _parts, _endpoint) = (app, parts, endpoint);
        var port = new Uri(app.Urls.Single()).Port;
        var host = new IPEndPoint(parts.Options.Address, port);
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}/v2"));
    }

    /// <summary>Such as <c>http://127.0.0.1:8000/v2</c>; the endpoint is below it, under its id.</summary>
    public Uri BaseAddress { get; }

    /// <summary>What has happened so far.</summary>
    public EmulatorStatistics Statistics => _parts.Statistics;

    /// <summary>Starts an emulator; it listens when this returns.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="handler">Runs jobs, several at once. Must heed its cancellation token: disposing waits for it.
    /// </param>
    /// <param name="time">The clock; null means the system's.</param>
    /// <param name="logs">Takes log lines; null means nowhere.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<RunPodEmulator> StartAsync(
        EmulatorOptions options,
        IWorkerHandler handler,
        TimeProvider? time = null,
        ILoggerFactory? logs = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        options.Validate();
        logs ??= NullLoggerFactory.Instance;
        var parts = BuildParts(options, handler, time ?? TimeProvider.System, logs.CreateLogger<RunPodEmulator>());
        var endpoint = new JobEndpoint(parts);
        var app = BuildApp(parts, endpoint, logs);
        try
        {
            await app.StartAsync(ct);
            return new RunPodEmulator(app, parts, endpoint);
        }
        catch
        {
            await StopAsync(app, parts);
            throw;
        }
    }

    /// <summary>Gives an endpoint that went dormant its workers back, as a person does in RunPod's console.</summary>
    public void Wake() => _endpoint.Wake();

    /// <summary>Stops listening, cancels what runs and waits for the handlers to return.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await StopAsync(_app, _parts);
    }

    private static async Task StopAsync(WebApplication app, EmulatorParts parts)
    {
        // Calls that wait must end before the server can.
        await parts.Background.StopAsync();
        await app.DisposeAsync();
        parts.Alarms.Dispose();
        await parts.Background.DisposeAsync();
        parts.Webhooks.Dispose();
    }

    private static EmulatorParts BuildParts(
        EmulatorOptions options, IWorkerHandler handler, TimeProvider time, ILogger logger)
    {
        var statistics = new EmulatorStatistics();
        var background = new BackgroundWork(logger);
        var faults = new FaultDice(options.Faults, statistics, logger);
        return new EmulatorParts
        {
            Options = options,
            Alarms = new AlarmClock(time),
            Runner = new JobRunner(options, handler, faults, time, logger),
            Faults = faults,
            Webhooks = new WebhookSender(time, statistics, background, logger),
            Background = background,
            Statistics = statistics,
            Logger = logger,
        };
    }

    private static WebApplication BuildApp(EmulatorParts parts, JobEndpoint endpoint, ILoggerFactory logs)
    {
        // Empty: the emulator is a guest in its process and must not read that one's settings.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, parts));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        var app = builder.Build();
        var gate = new CallGate(parts, new RateLimits(parts.Alarms, () => endpoint.BusyWorkers));
        app.UseRouting();
        app.Use(gate.InvokeAsync);
        new JobApi(endpoint, parts).Map(app);
        new StatisticsPage(parts, endpoint).Map(app);
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, EmulatorParts parts)
    {
        kestrel.AddServerHeader = false;

        // The operations have limits of their own, with RunPod's answer.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(parts.Options.Address, parts.Options.Port, listen => listen.Use(next => async connection =>
        {
            parts.Statistics.Connected();
            try
            {
                await next(connection);
            }
            finally
            {
                parts.Statistics.Disconnected();
            }
        }));
    }

    /// <summary>Leaves Ctrl-C and termination signals to the process that the emulator is a guest of.</summary>
    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
