using System.Collections;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Embedded;
using Serverless.Cli.Hosting;

using var signals = StopSignals.Listen();
var terminal = Terminal.OfProcess();
var log = new LogWriter(terminal, TimeProvider.System);
using var loggers = LoggerFactory.Create(logging => logging
    .SetMinimumLevel(LogLevel.Trace)
    .AddProvider(new TerminalLoggerProvider(log)));
return await FanOutCommandLine.RunAsync(args, new CommandContext
{
    Head = new EmbeddedHead(TimeProvider.System),
    Terminal = terminal,
    Log = log,
    Loggers = loggers,
    Clock = TimeProvider.System,
    Signals = signals,
    Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal),
    Directory = Environment.CurrentDirectory,
});
