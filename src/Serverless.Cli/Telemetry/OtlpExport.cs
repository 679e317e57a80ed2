using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Hosting;
using Serverless.Host.Logging;

namespace Serverless.Cli.Telemetry;

/// <summary>
/// Sends metrics, traces and logs to an OTLP collector. The only place that knows OpenTelemetry's packages, none of which is
/// loaded before this is used.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const string Ours = "Serverless.*";

    /// <summary>For a collector that does not answer; the process has ten seconds to end.</summary>
    private const int ShutdownMilliseconds = 1_500;

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Begins to send metrics and traces.</summary>
    /// <param name="variables">OpenTelemetry's standard variables.</param>
    public static OtlpExport Start(IReadOnlyDictionary<string, string> variables)
    {
        var configuration = Configuration(variables);
        var traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource())
            .AddSource(Ours)
            .AddAspNetCoreInstrumentation(Configure)
            .AddOtlpExporter()
            .Build();
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource())
            .AddMeter(Ours, "Microsoft.AspNetCore.*", "System.Runtime")
            .AddOtlpExporter()
            .Build();
        return new OtlpExport(traces, metrics);
    }

    /// <summary>Sends what is logged, too.</summary>
    /// <param name="logging">Where logs go.</param>
    /// <param name="variables">OpenTelemetry's standard variables.</param>
    /// <param name="log">Says which levels are wanted.</param>
    public static void AddLogs(ILoggingBuilder logging, IReadOnlyDictionary<string, string> variables, LogWriter log)
    {
        logging.Services.AddSingleton(Configuration(variables));
        logging.AddFilter<OpenTelemetryLoggerProvider>(
            (category, level) => TerminalLoggerProvider.IsWanted(log.Minimum, category ?? "", level));
        logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = true;
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(Resource());
            logs.AddOtlpExporter();
        });
    }

    /// <summary>Sends what is left, for as long as there is time.</summary>
    public void Dispose() => Parallel.Invoke(
        () => _traces.Shutdown(ShutdownMilliseconds), () => _metrics.Shutdown(ShutdownMilliseconds));

    private static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = context => context.Request.Path.Value is not ("/alive" or "/ready");
        options.EnrichWithHttpResponse = static (span, response) =>
        {
            // The path of a webhook holds its token.
            var path = response.HttpContext.Request.Path.Value ?? "";
            if (AddressMask.Apply(path) is var masked && masked != path) span.SetTag("url.path", masked);
        };
    }

    /// <summary>What the variables say is stronger.</summary>
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("fanout", serviceVersion: VersionText.Current)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static IConfiguration Configuration(IReadOnlyDictionary<string, string> variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
        .Build();
}
