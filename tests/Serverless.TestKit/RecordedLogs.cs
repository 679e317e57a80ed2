using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Serverless.TestKit;

/// <summary>Keeps what all loggers of a program say, as "Level: text".</summary>
public sealed class RecordedLogs : ILoggerFactory
{
    private readonly ConcurrentDictionary<string, RecordedLog<object>> _logs = new(StringComparer.Ordinal);

    /// <summary>What was logged so far, category by category.</summary>
    public IReadOnlyList<string> Lines => [.. _logs.Values.SelectMany(log => log.Lines)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _logs.GetOrAdd(categoryName, static _ => new RecordedLog<object>());

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("What is logged is kept here and goes nowhere else.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
