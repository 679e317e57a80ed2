using Microsoft.Extensions.Logging;

namespace Serverless.Engine.Replay;

/// <summary>Says nothing while a history is replayed: it was said when it happened.</summary>
internal sealed class ReplaySafeLogger(ILogger inner, DecisionLog log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !log.IsReplaying && inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!log.IsReplaying) inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
