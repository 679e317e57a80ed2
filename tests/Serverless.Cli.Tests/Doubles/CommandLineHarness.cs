using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Doubles;

/// <summary>The whole command line over a fake head, unless another is given, in a folder of its own, on a driven clock.</summary>
internal sealed class CommandLineHarness : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStream _bytes = new();
    private readonly RecordedOutput _output;
    private readonly RecordedOutput _error;
    private readonly CommandContext _context;
    private readonly ILoggerFactory _loggers;

    public CommandLineHarness(bool onTerminal = false, Func<string, bool>? ask = null, Func<TimeProvider, IHead>? head = null)
    {
        (var output, _output) = RecordedOutput.Create();
        (var error, _error) = RecordedOutput.Create(onTerminal, onTerminal ? 80 : 200);
        var terminal = new Terminal
        {
            Output = output,
            Error = error,
            OpenOutput = () => new NonClosingStream(_bytes),
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            Ask = ask,
        };
        var log = new LogWriter(terminal, Clock);
        _loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Trace)
            .AddProvider(new TerminalLoggerProvider(log)));
        _context = new CommandContext
        {
            Head = head?.Invoke(Clock) ?? Head,
            Terminal = terminal,
            Log = log,
            Loggers = _loggers,
            Clock = Clock,
            Signals = Signals,
            Environment = Environment,
            Directory = _folder.Path,
        };
        Write("in.json", "[]");
    }

    public FakeHead Head { get; } = new();

    public FakeFanOut FanOut => Head.FanOut;

    public ManualClock Clock { get; } = new(Views.Start.AddSeconds(60));

    public StopSignals Signals { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    public string Input { get; set; } = "";

    /// <summary>What the build for Azure opens stores with.</summary>
    public BlobStoreOpener? Blobs { get; set; }

    /// <summary>Standard output, what people read of it.</summary>
    public string Output => _output.Text;

    /// <summary>Standard output, what programs read of it.</summary>
    public string OutputBytes => Encoding.UTF8.GetString(_bytes.ToArray());

    public string Error => _error.Text;

    /// <summary>Names in the working folder besides the input that is always there.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFileSystemEntries(_folder.Path)
        .Select(path => Path.GetFileName(path))
        .Where(name => name != "in.json")
        .Order(StringComparer.Ordinal);

    public string FullPath(string name) => _folder.File(name);

    public void Write(string name, string text) => File.WriteAllText(FullPath(name), text);

    public string Read(string name) => File.ReadAllText(FullPath(name));

    public Task<int> RunAsync(params string[] arguments) => FanOutCommandLine.RunAsync(arguments, _context with { Blobs = Blobs });

    public Task WhenErrorSays(string text) => _error.WhenContains(text);

    public Task WhenOutputSays(string text) => _output.WhenContains(text);

    /// <summary>What an activity logs.</summary>
    public void Log(LogLevel level, string text) => _loggers.CreateLogger("Serverless.Core.Runs").Log(level, "{Text}", text);

    public void Press() => Signals.Handle(new PosixSignalContext(PosixSignal.SIGINT));

    public void Terminate() => Signals.Handle(new PosixSignalContext(PosixSignal.SIGTERM));

    /// <summary>The run is over, and this is what came of it.</summary>
    public void Ended(Serverless.Cli.Head.RunView run)
    {
        FanOut.Runs[run.Run] = run;
        FanOut.Updates.Writer.Complete();
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _bytes.Dispose();
        _output.Dispose();
        _error.Dispose();
        Signals.Dispose();
        _folder.Dispose();
    }

    /// <summary>Standard output outlives whoever writes to it.</summary>
    private sealed class NonClosingStream(MemoryStream inner) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            WriteTo(inner);
            base.Dispose(disposing);
        }
    }
}
