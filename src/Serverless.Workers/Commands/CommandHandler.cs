using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Workers.Commands;

namespace Serverless.Workers;

/// <summary>Runs a program per job: the job as JSON on standard input, the output as JSON on standard output.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Standard input is <c>{"id":…,"input":{…}}</c>; the environment has the id too, as <c>FANOUT_JOB_ID</c>.</item>
/// <item>One JSON document on standard output is the handler's return value, nothing at all is None. More than one, say
/// JSON lines, make it a generator: each document is emitted as it comes, and the return value is the list of them. The first
/// is emitted at once only if it carries an <c>id</c>. A generator of a single entry should print it as a list.</item>
/// <item>Standard error goes to the log, line by line.</item>
/// <item>The answer is complete when the program has ended and nobody holds its standard output any more.</item>
/// <item>Asked to end, the program and all it started get SIGTERM, and what it still prints is taken; the job is then cancelled
/// unless the program ends with exit code 0.</item>
/// <item>Cancelled, the program and all it started get SIGTERM, and SIGKILL five seconds later. On Windows they are
/// killed at once.</item>
/// </list>
/// </remarks>
public sealed partial class CommandHandler : IWorkerHandler
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly IReadOnlyList<string> _words;
    private readonly TimeProvider _clock;
    private readonly ILogger<CommandHandler> _logger;

    /// <summary>Creates a handler.</summary>
    /// <param name="commandLine">The program and its arguments, quoted as for a shell. No shell runs it: no variables,
    /// no wildcards, no pipes.</param>
    /// <param name="clock">What the grace before SIGKILL is measured with.</param>
    /// <param name="logger">Takes standard error, at Information.</param>
    /// <exception cref="ArgumentException">No program is named, or a quote is not closed.</exception>
    public CommandHandler(string commandLine, TimeProvider clock, ILogger<CommandHandler> logger)
    {
        _words = CommandLine.Split(commandLine);
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Names that are added to the program's environment; null takes one out. Default: none.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Cancelled when the program is to be asked to end, without cancelling the job. Default: never.</summary>
    public CancellationToken Asked { get; init; }

    /// <inheritdoc/>
    /// <exception cref="WorkerHandlerException">Standard output is not JSON, or too long.</exception>
    /// <exception cref="WorkerCrashedException">The program could not be started or ended with another exit code than
    /// 0.</exception>
    public async Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(job.Id);
        using var asking = Asked.Register(() => ProcessTree.Ask(process));
        var output = new WorkerOutput(
            "worker command's output", "Only JSON may go to standard output; messages go to standard error", emit);
        var errors = new LastLines();
        Task[] streams =
        [
            WriteAsync(process, job, cancellationToken),
            output.ReadAsync(process.StandardOutput.BaseStream, cancellationToken),
            LogAsync(process, job.Id, errors),
        ];
        try
        {
            // As each ends, not all at once: when one fails, the others may wait for it without end.
            await foreach (var ended in Task.WhenEach(streams).WithCancellation(cancellationToken)) await ended;
            await process.WaitForExitAsync(cancellationToken);
        }
        catch
        {
            await ProcessTree.StopAsync(process, Grace, _clock);
            await SettleAsync(streams);
            throw;
        }

        if (process.ExitCode != 0 && Asked.IsCancellationRequested)
            throw new OperationCanceledException($"The worker command '{_words[0]}' was asked to end, and did", Asked);
        if (process.ExitCode != 0) throw Crash($"ended with exit code {process.ExitCode}", errors.ToString());
        return await output.EndAsync();
    }

    private Process Start(string jobId)
    {
        var start = new ProcessStartInfo(_words[0], _words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Utf8,
        };
        foreach (var (name, value) in Environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        start.Environment["FANOUT_JOB_ID"] = jobId;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Crash("could not be started", exception.Message, exception);
        }
    }

    private static async Task WriteAsync(Process process, WorkerJob job, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await input.WriteAsync(JsonText.Bytes(job), cancellationToken);
        }
        catch (IOException)
        {
            // The program need not read all of its input, or any. Whether it did its work, its exit code says.
        }
    }

    private async Task LogAsync(Process process, string jobId, LastLines errors)
    {
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            errors.Add(line);
            LogLine(jobId, line);
        }
    }

    /// <summary>Lets the program's last words reach the log, unless a stray process keeps the pipes open.</summary>
    private async Task SettleAsync(Task[] streams)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(streams), Task.Delay(Grace, _clock, enough.Token));
        await enough.CancelAsync();
    }

    private WorkerCrashedException Crash(string what, string detail, Exception? inner = null) =>
        new($"The worker command '{_words[0]}' {what}{(detail.Length == 0 ? "" : ": " + detail)}", inner);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job}: {Line}")]
    private partial void LogLine(string job, string line);
}
