using System.Collections;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Embedded;
using Serverless.Cli.Hosting;
using Serverless.Cli.Telemetry;
using Serverless.Core.Settings;
using Serverless.Core.Storage;

namespace Serverless.Cli;

/// <summary>Opens a place in Azure Blobs.</summary>
/// <param name="address">The place.</param>
/// <param name="setting">Azure's own settings by name, such as <c>AzureWebJobsStorage__accountName</c>; null, where one is not set.
/// </param>
/// <exception cref="InvalidOperationException">The settings do not say how the account is reached.</exception>
public delegate IObjectStore BlobStoreOpener(BlobAddress address, Func<string, string?> setting);

/// <summary>The command, as a process runs it.</summary>
public static class FanOutCommand
{
    /// <summary>Does what was typed.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="blobs">Opens stores in Azure Blobs; null in the plain build, which has no packages of Azure's.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, BlobStoreOpener? blobs = null)
    {
        using var signals = StopSignals.Listen();
        var terminal = Terminal.OfProcess();
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);
        var log = new LogWriter(terminal, TimeProvider.System);
        var otel = OtelVariables.Read(environment, Environment.CurrentDirectory);
        using var loggers = LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new TerminalLoggerProvider(log));
            if (otel is not null) OtlpExport.AddLogs(logging, otel, log);
        });
        using var export = otel is null ? null : OtlpExport.Start(otel);
        return await FanOutCommandLine.RunAsync(arguments, new CommandContext
        {
            Head = new EmbeddedHead(TimeProvider.System),
            Terminal = terminal,
            Log = log,
            Loggers = loggers,
            Clock = TimeProvider.System,
            Signals = signals,
            Environment = environment,
            Directory = Environment.CurrentDirectory,
            AdoptsOrphans = true,
            Blobs = blobs,
        });
    }
}
