using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Serverless.Emulator.Tests.Support;

/// <summary>Keeps the emulator's own log lines and lets a test wait for one.</summary>
internal sealed class LogProbe : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private volatile TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Completes once a line with this text was written.</summary>
    public async Task WhenAsync(string text)
    {
        while (true)
        {
            var written = _written.Task;
            if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal))) return;
            await written;
        }
    }

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        var written = _written;
        _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        written.TrySetResult();
    }

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Serverless.", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
        // The probe is its own provider.
    }

    public void Dispose()
    {
        // Nothing to let go of.
    }
}
