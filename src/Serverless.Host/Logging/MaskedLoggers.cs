using Microsoft.Extensions.Logging;

namespace Serverless.Host.Logging;

/// <summary>
/// Loggers for the web server. It logs the addresses of requests, and puts them on everything that is logged within one:
/// both go through <see cref="AddressMask"/> first, wherever the log goes. Our own messages have no addresses.
/// </summary>
internal sealed class MaskedLoggers(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) ? new Masked(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The loggers are somebody else's.</summary>
    public void Dispose()
    {
    }

    private sealed class Masked(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => state is IEnumerable<KeyValuePair<string, object?>> fields
            ? logger.BeginScope(Mask(fields))
            : logger.BeginScope(AddressMask.Apply(state.ToString() ?? ""));

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!logger.IsEnabled(logLevel)) return;
            var message = AddressMask.Apply(formatter(state, exception));
            var fields = state is IEnumerable<KeyValuePair<string, object?>> named ? Mask(named) : [];
            logger.Log(logLevel, eventId, fields, exception, (_, _) => message);
        }

        private static KeyValuePair<string, object?>[] Mask(IEnumerable<KeyValuePair<string, object?>> fields) =>
            [.. fields.Select(field => KeyValuePair.Create(field.Key, AddressMask.Apply(field.Value)))];
    }
}
