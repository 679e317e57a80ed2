using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>Writes log lines to standard error: UTC time, level, text, or all that as JSON. Knows when progress is drawn there.</summary>
internal sealed class LogWriter(Terminal terminal, TimeProvider clock)
{
    private const string Ours = "Serverless.Cli";

    private readonly Lock _gate = new();
    private volatile bool _isDrawing;

    /// <summary>The least severe level that is written.</summary>
    public LogLevel Minimum { get; set; } = LogLevel.Information;

    /// <summary>For people or for programs.</summary>
    public LogFormat Format { get; set; } = LogFormat.Text;

    /// <summary>Whether people asked to see how things go wrong inside.</summary>
    public bool IsDebugging => Minimum <= LogLevel.Debug;

    /// <summary>While progress is drawn it says what information would say, so only warnings break into it.</summary>
    public bool IsEnabled(LogLevel level) =>
        level != LogLevel.None && level >= Minimum && (!_isDrawing || IsDebugging || level >= LogLevel.Warning);

    public void Write(LogEntry entry)
    {
        if (!IsEnabled(entry.Level)) return;
        var time = clock.GetUtcNow();
        var line = Format == LogFormat.Json
            ? JsonLogLine.Write(entry, time)
            : $"{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {Label(entry.Level)} {Text(entry)}";
        lock (_gate) terminal.Say(line);
    }

    /// <summary>Says something to people, whatever the level; to programs it is an entry like others.</summary>
    public void Say(string text)
    {
        var isJson = Format == LogFormat.Json;
        var line = isJson ? JsonLogLine.Write(new LogEntry(LogLevel.Information, Ours, text), clock.GetUtcNow()) : text;
        lock (_gate) terminal.Say(line);
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

    private string Text(LogEntry entry) => entry.Message + entry.Exception switch
    {
        null => "",
        { } exception when IsDebugging => Environment.NewLine + exception,
        { } exception => $" ({exception.GetType().Name}: {Printable.OneLine(exception.Message, Printable.LogLength)})",
    };

    private static string Label(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE  ",
        LogLevel.Debug => "DEBUG  ",
        LogLevel.Information => "INFO   ",
        LogLevel.Warning => "WARNING",
        _ => "ERROR  ",
    };
}
