using Microsoft.Extensions.Logging;

namespace Serverless.Cli.Hosting;

/// <summary>Something to log.</summary>
/// <param name="Level">How severe it is.</param>
/// <param name="Category">Who says it.</param>
/// <param name="Message">For people.</param>
internal readonly record struct LogEntry(LogLevel Level, string Category, string Message)
{
    /// <summary>The message's values by name.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Fields { get; init; } = [];

    /// <summary>What went wrong.</summary>
    public Exception? Exception { get; init; }
}
