using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Serverless.TestKit;

/// <summary>Keeps every line that is logged, all levels, as "Level: text", and the exception behind it if there is one.
/// </summary>
public sealed class RecordedLog<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        _lines.Enqueue(exception is null ? line : $"{line} {exception}");
    }
}
