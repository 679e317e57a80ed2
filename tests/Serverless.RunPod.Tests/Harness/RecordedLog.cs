using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Serverless.RunPod.Tests.Harness;

/// <summary>Keeps every line, all levels.</summary>
internal sealed class RecordedLog : ILogger<RunPodJobBackend>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
}
