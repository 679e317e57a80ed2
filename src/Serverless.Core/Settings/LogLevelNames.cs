using Microsoft.Extensions.Logging;

namespace Serverless.Core.Settings;

/// <summary>Log levels by the names of Python's logging and of .NET.</summary>
internal static class LogLevelNames
{
    public const string Allowed =
        "TRACE, DEBUG, INFO, INFORMATION, WARN, WARNING, ERROR, FATAL, CRITICAL, NONE (any case)";

    private static readonly Dictionary<string, LogLevel> Levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TRACE"] = LogLevel.Trace,
        ["DEBUG"] = LogLevel.Debug,
        ["INFO"] = LogLevel.Information,
        ["INFORMATION"] = LogLevel.Information,
        ["WARN"] = LogLevel.Warning,
        ["WARNING"] = LogLevel.Warning,
        ["ERROR"] = LogLevel.Error,
        ["FATAL"] = LogLevel.Critical,
        ["CRITICAL"] = LogLevel.Critical,
        ["NONE"] = LogLevel.None,
    };

    public static LogLevel? Find(string name) => Levels.TryGetValue(name, out var level) ? level : null;
}
