using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Serverless.Cli.Hosting;

/// <summary>Writes log lines to standard error: UTC time, level, text. Knows when progress is drawn there.</summary>
internal sealed class LogWriter(Terminal terminal, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private volatile bool _isDrawing;

    /// <summary>The least severe level that is written.</summary>
    public LogLevel Minimum { get; set; } = LogLevel.Information;

    /// <summary>Whether people asked to see how things go wrong inside.</summary>
    public bool IsDebugging => Minimum <= LogLevel.Debug;

    /// <summary>While progress is drawn it says what information would say, so only warnings break into it.</summary>
    public bool IsEnabled(LogLevel level) =>
        level != LogLevel.None && level >= Minimum && (!_isDrawing || IsDebugging || level >= LogLevel.Warning);

    public void Write(LogLevel level, string text)
    {
        if (!IsEnabled(level)) return;
        var time = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        lock (_gate) terminal.Say($"{time} {Label(level)} {text}");
    }

    /// <summary>Runs something that draws progress.</summary>
    public async Task WhileDrawingAsync(Func<Task> draw)
    {
        _isDrawing = true;
        try
        {
            await draw();
        }
        finally
        {
            _isDrawing = false;
        }
    }

    private static string Label(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE  ",
        LogLevel.Debug => "DEBUG  ",
        LogLevel.Information => "INFO   ",
        LogLevel.Warning => "WARNING",
        _ => "ERROR  ",
    };
}
