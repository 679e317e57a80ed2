using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Tests;

/// <summary>Keeps what is logged, as "Level: text", and lets tests wait for it.</summary>
internal sealed class SignalledLog : ILogger, ILoggerFactory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly SignalledLines _lines = new();

    public IReadOnlyList<string> Lines => _lines.All;

    /// <summary>Completes once so many lines hold this.</summary>
    public async Task WhenSays(string text, int times = 1)
    {
        try
        {
            await _lines.WhenAny(_ => Count(text) >= times).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"\"{text}\" was not logged {times} times within {Patience}:\n{string.Join('\n', Lines)}");
        }
    }

    public int Count(string text) => Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("What is logged is kept here.");

    public void Dispose()
    {
    }
}
