using Microsoft.Extensions.Logging;

namespace Serverless.Emulator.Tests.Support;

/// <summary>Keeps the emulator's own log lines and lets a test wait for one.</summary>
internal sealed class LogProbe : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Completes once a line with this text was written.</summary>
    public async Task WhenAsync(string text)
    {
        while (true)
        {
            Task written;
            lock (_gate)
            {
                if (_lines.Exists(line => line.Contains(text, StringComparison.Ordinal))) return;
                written = _written.Task;
            }

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
        var line = $"{logLevel}: {formatter(state, exception)} {exception}";
        lock (_gate)
        {
            _lines.Add(line);
            _written.SetResult();
            _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
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
