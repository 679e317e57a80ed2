using System.Collections;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Embedded;
using Serverless.Cli.Hosting;
using Serverless.Cli.Telemetry;

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
return await FanOutCommandLine.RunAsync(args, new CommandContext
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
});
