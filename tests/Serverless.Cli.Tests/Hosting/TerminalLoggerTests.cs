using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Cli.Hosting;
using Serverless.Cli.Tests.Doubles;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Hosting;

public sealed class TerminalLoggerTests : IDisposable
{
    private readonly RecordedOutput _error;
    private readonly LogWriter _log;
    private readonly TerminalLoggerProvider _provider;

    public TerminalLoggerTests()
    {
        (var console, _error) = RecordedOutput.Create();
        var terminal = new Terminal
        {
            Output = RecordedOutput.Create().Console,
            Error = console,
            OpenOutput = () => Stream.Null,
            OpenInput = () => Stream.Null,
            Ask = null,
        };
        _log = new LogWriter(terminal, new ManualClock());
        _provider = new TerminalLoggerProvider(_log);
    }

    public void Dispose()
    {
        _provider.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Log_AtOrAboveTheLevel_IsOneLineEach()
    {
        var logger = _provider.CreateLogger("Serverless.Engine");
        _log.Minimum = LogLevel.Information;

        logger.LogDebug("hidden");
        logger.LogInformation("Worker {Worker} starting with {Count} flashpoints", 1, 3);
        logger.LogCritical("disk full");

        _error.Text.ShouldBe(
            "2025-01-01 00:00:00Z INFO    Worker 1 starting with 3 flashpoints\n"
            + "2025-01-01 00:00:00Z ERROR   disk full\n");
    }

    [Fact]
    public void Log_LevelNone_IsSilent()
    {
        _log.Minimum = LogLevel.None;

        _provider.CreateLogger("Serverless.Engine").LogCritical("disk full");

        _error.Text.ShouldBeEmpty();
    }

    [Fact]
    public void Log_OfTheFramework_NeedsAWarningOrDebugging()
    {
        var logger = _provider.CreateLogger("Microsoft.AspNetCore.Hosting");

        logger.LogInformation("request started");
        logger.LogWarning("port in use");
        _error.Text.ShouldBe("2025-01-01 00:00:00Z WARNING port in use\n");

        _log.Minimum = LogLevel.Debug;
        logger.LogInformation("request started");
        _error.Text.ShouldContain("INFO    request started");
    }

    [Fact]
    public void Log_OfAnException_ShowsItsTraceOnlyWhenDebugging()
    {
        var logger = _provider.CreateLogger("Serverless.RunPod");
        var exception = new InvalidOperationException("first\nsecond \e[31mred");

        logger.LogError(exception, "Call failed");
        _error.Text.ShouldBe(
            "2025-01-01 00:00:00Z ERROR   Call failed (InvalidOperationException: first second [31mred)\n");

        _log.Minimum = LogLevel.Debug;
        logger.LogError(exception, "Call failed");
        _error.Text.ShouldContain("System.InvalidOperationException: first\nsecond");
    }

    [Fact]
    public async Task Log_WhileProgressIsDrawn_BreaksInOnlyToWarn()
    {
        await _log.WhileDrawingAsync(() =>
        {
            _log.Write(Entry(LogLevel.Information, "Worker 1 starting"));
            _log.Write(Entry(LogLevel.Warning, "Chunk 2 failed"));
            return Task.CompletedTask;
        });
        _log.Write(Entry(LogLevel.Information, "afterwards"));

        _error.Text.ShouldNotContain("Worker 1 starting");
        _error.Text.ShouldContain("Chunk 2 failed");
        _error.Text.ShouldContain("afterwards");
    }

    [Fact]
    public void JsonLog_OfAnEntryWithinScopes_IsOneObjectWithEveryField()
    {
        _log.Format = Core.Settings.LogFormat.Json;
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_provider));
        var logger = loggers.CreateLogger("Serverless.Any");
        using (logger.BeginScope("Run {RunId} chunk {Chunk}", "r", 3))
        using (logger.BeginScope("Chunk {Chunk}", 4))
        {
            logger.LogWarning(new InvalidOperationException("first\nsecond"), "Job {JobId} took {Seconds}, \"well\"\n", "j-1", 1.5);
        }

        var line = _error.Text.TrimEnd('\n');
        line.ShouldNotContain('\n');
        var json = JsonSerializer.Deserialize<JsonElement>(line);
        json.GetProperty("level").GetString().ShouldBe("WARNING");
        json.GetProperty("category").GetString().ShouldBe("Serverless.Any");
        json.GetProperty("message").GetString().ShouldBe("Job j-1 took 1.5, \"well\"\n");
        json.GetProperty("fields").GetRawText().ShouldBe("""{"JobId":"j-1","Seconds":1.5,"Chunk":4,"RunId":"r"}""");
        json.GetProperty("exception").GetString()!.ShouldStartWith("System.InvalidOperationException: first");
        json.GetProperty("time").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        json.TryGetProperty("trace_id", out _).ShouldBeFalse();
    }

    [Fact]
    public void JsonLog_WithinASpan_NamesTheTrace()
    {
        _log.Format = Core.Settings.LogFormat.Json;
        using var span = new Activity("test").Start();

        _log.Say("Stopped.");

        var json = JsonSerializer.Deserialize<JsonElement>(_error.Text);
        json.GetProperty("message").GetString().ShouldBe("Stopped.");
        json.GetProperty("trace_id").GetString().ShouldBe(span.TraceId.ToHexString());
    }

    [Theory]
    [InlineData("Serverless.Core.Runs", LogLevel.Information, true)]
    [InlineData("Serverless.Core.Runs", LogLevel.Debug, false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, true)]
    public void Export_OfAnEntry_KeepsToTheLevelAndLeavesTheWebServersTalkOut(string category, LogLevel level, bool isWanted) =>
        TerminalLoggerProvider.IsWanted(LogLevel.Information, category, level).ShouldBe(isWanted);

    private static LogEntry Entry(LogLevel level, string message) => new(level, "Serverless.Any", message);
}
