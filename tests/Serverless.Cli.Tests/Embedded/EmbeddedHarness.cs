using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Embedded;
using Serverless.Cli.Hosting;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>The whole command over the real head, in a folder of its own. Each command is one process's worth.</summary>
internal sealed class EmbeddedHarness : IDisposable
{
    /// <summary>Only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();

    public EmbeddedHarness(int flashpoints = 3)
    {
        var entries = Enumerable.Range(0, flashpoints).Select(i => $$"""{"id":"fp-{{i}}","feeds":["Rain falls on town {{i}}."]}""");
        Write("in.json", $"[{string.Join(",\n", entries)}]");
    }

    public Dictionary<string, string> Environment { get; } = new() { ["POLL_SECONDS"] = "0.01" };

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public Func<string, IObjectStore>? OpenStore { get; set; }

    public string Input { get; set; } = "";

    /// <summary>Standard output of the last command, what people read of it.</summary>
    public string Output { get; private set; } = "";

    /// <summary>Standard output of the last command, what programs read of it.</summary>
    public string Results { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string DatabasePath => PathOf(".fanout/fanout.db");

    /// <summary>Every file with a digest of its content.</summary>
    public IReadOnlyList<string> Snapshot => [.. Directory
        .EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(_folder.Path, path)} {Digest(path)}")];

    public string PathOf(string name) => _folder.File(name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>The entries of a results file.</summary>
    public IReadOnlyList<JsonElement> Entries(string name) =>
        [.. JsonSerializer.Deserialize<JsonElement>(Read(name)).EnumerateArray()];

    public void Use(Endpoint endpoint)
    {
        Environment["RUNPOD_ENDPOINT"] = endpoint.Url;
        Environment["RUNPOD_API_KEY"] = "rpa_test";
    }

    public Task<int> RunAsync(params string[] arguments) => RunAsync(stopWhen: null, arguments);

    /// <summary>Runs a command, and tells it to stop, as a service manager does, when something has happened.</summary>
    public async Task<int> RunAsync(Task? stopWhen, params string[] arguments)
    {
        var (output, outputText) = RecordedOutput.Create();
        var (error, errorText) = RecordedOutput.Create();
        using var bytes = new MemoryStream();
        using var signals = new StopSignals();
        var terminal = new Terminal
        {
            Output = output,
            Error = error,
            OpenOutput = () => new BufferedStream(new KeepOpen(bytes)),
            OpenInput = () => new NetworkLikeStream(Encoding.UTF8.GetBytes(Input)),
            Ask = null,
        };
        var log = new LogWriter(terminal, Clock);
        using var loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Trace)
            .AddProvider(new TerminalLoggerProvider(log)));
        var command = FanOutCommandLine.RunAsync(arguments, new CommandContext
        {
            Head = new EmbeddedHead(Clock, OpenStore),
            Terminal = terminal,
            Log = log,
            Loggers = loggers,
            Clock = Clock,
            Signals = signals,
            Environment = Environment,
            Directory = _folder.Path,
        });
        if (stopWhen is not null && await Task.WhenAny(stopWhen, command).WaitAsync(Patience) == stopWhen)
            signals.Handle(new PosixSignalContext(PosixSignal.SIGTERM));
        var exitCode = await DriveAsync(command);
        (Output, Error, Results) = (outputText.Text, errorText.Text, Encoding.UTF8.GetString(bytes.ToArray()));
        return exitCode;
    }

    public void Dispose() => _folder.Dispose();

    private async Task<int> DriveAsync(Task<int> command)
    {
        while (Clock is ManualClock clock && !command.IsCompleted)
        {
            // Not as far as the engine's look for idle instances, which comes again and again while nothing happens.
            var limit = clock.GetUtcNow() + TimeSpan.FromSeconds(1);
            await Task.WhenAny(command, clock.WhenTimerDueBy(limit)).WaitAsync(Patience);
            if (!command.IsCompleted && clock.NextDue is { } due && due <= limit) clock.AdvanceTo(due);
        }

        return await command.WaitAsync(Patience);
    }

    private static string Digest(string path)
    {
        if (Directory.Exists(path)) return "folder";
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (IOException)
        {
            return "locked";
        }
    }

    private sealed class KeepOpen(MemoryStream target) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing) WriteTo(target);
            base.Dispose(disposing);
        }
    }

    /// <summary>Cannot be read twice, as a pipe cannot.</summary>
    private sealed class NetworkLikeStream(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;
    }
}
