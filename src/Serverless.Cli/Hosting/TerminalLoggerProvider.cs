using Microsoft.Extensions.Logging;
using Serverless.Cli.Rendering;

namespace Serverless.Cli.Hosting;

/// <summary>
/// Brings the log of every part to <see cref="LogWriter"/>. The framework's console logger will not do: it writes past
/// the console that progress is drawn on.
/// </summary>
internal sealed class TerminalLoggerProvider(LogWriter log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new TerminalLogger(log, IsFramework(categoryName));

    public void Dispose()
    {
    }

    private static bool IsFramework(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal)
        || category.StartsWith("System.", StringComparison.Ordinal);

    private sealed class TerminalLogger(LogWriter log, bool isFramework) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        /// <summary>What the web server says below a warning interests only whoever debugs.</summary>
        public bool IsEnabled(LogLevel logLevel) =>
            log.IsEnabled(logLevel) && (!isFramework || log.IsDebugging || logLevel >= LogLevel.Warning);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(logLevel, formatter(state, exception) + Describe(exception));
        }

        private string Describe(Exception? exception) => exception switch
        {
            null => "",
            _ when log.IsDebugging => Environment.NewLine + exception,
            _ => $" ({exception.GetType().Name}: {Printable.OneLine(exception.Message, Printable.LogLength)})",
        };
    }
}
