using Microsoft.Extensions.Logging;

namespace Serverless.Simulation.Running;

/// <summary>Keeps the first error that the engine logs: it never has a reason to.</summary>
internal sealed class ErrorLog : ILoggerFactory, ILogger
{
    public string? First { get; private set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is nothing to add to.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) First ??= $"{formatter(state, exception)}: {exception}";
    }

    public void Dispose()
    {
    }
}
