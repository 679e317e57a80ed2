using Microsoft.Extensions.Logging;

namespace Serverless.Host;

/// <summary>Passes on what we say ourselves, and of the web server only warnings: it writes whole URLs for each request, and
/// keys and webhook tokens stand in them.</summary>
internal sealed class QuietLoggers(ILoggerFactory loggers) : ILoggerFactory
{
    private const string WebServer = "Microsoft.AspNetCore.";

    public ILogger CreateLogger(string categoryName)
    {
        var log = loggers.CreateLogger(categoryName);
        return categoryName.StartsWith(WebServer, StringComparison.Ordinal) ? new Warnings(log) : log;
    }

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <summary>Whoever made the loggers disposes them.</summary>
    public void Dispose()
    {
    }

    private sealed class Warnings(ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && log.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning) log.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
