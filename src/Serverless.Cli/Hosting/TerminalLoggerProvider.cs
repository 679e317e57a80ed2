using Microsoft.Extensions.Logging;

namespace Serverless.Cli.Hosting;

/// <summary>
/// Brings the log of every part to <see cref="LogWriter"/>. The framework's console logger will not do: it writes past
/// the console that progress is drawn on.
/// </summary>
internal sealed class TerminalLoggerProvider(LogWriter log) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    /// <summary>Whether an entry is wanted. What the web server says below a warning interests only whoever debugs.</summary>
    public static bool IsWanted(LogLevel minimum, string category, LogLevel level) =>
        level >= minimum && level != LogLevel.None && (!IsFramework(category) || level >= LogLevel.Warning);

    public ILogger CreateLogger(string categoryName) => new TerminalLogger(this, log, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static bool IsFramework(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal)
        || category.StartsWith("System.", StringComparison.Ordinal);

    /// <summary>The message's own values, then those of what it was said within, the innermost first.</summary>
    private List<KeyValuePair<string, object?>> FieldsOf<TState>(TState state)
    {
        var fields = new List<KeyValuePair<string, object?>>();
        if (state is IEnumerable<KeyValuePair<string, object?>> own) fields.AddRange(own);
        var scopes = new List<IEnumerable<KeyValuePair<string, object?>>>();
        _scopes?.ForEachScope(
            static (scope, list) =>
            {
                if (scope is IEnumerable<KeyValuePair<string, object?>> values) list.Add(values);
            },
            scopes);
        for (var i = scopes.Count - 1; i >= 0; i--) fields.AddRange(scopes[i]);
        return fields;
    }

    private sealed class TerminalLogger(TerminalLoggerProvider provider, LogWriter log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            log.IsEnabled(logLevel) && (log.IsDebugging || IsWanted(log.Minimum, category, logLevel));

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var entry = new LogEntry(logLevel, category, formatter(state, exception)) { Exception = exception };
            log.Write(log.Format == Core.Settings.LogFormat.Text ? entry : entry with { Fields = provider.FieldsOf(state) });
        }
    }
}
