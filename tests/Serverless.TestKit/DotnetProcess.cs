using System.Collections.Concurrent;
using System.Diagnostics;

namespace Serverless.TestKit;

/// <summary>What to start.</summary>
/// <param name="Program">The program's assembly.</param>
/// <param name="Arguments">What is typed after it.</param>
public sealed record DotnetStart(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Where it works; null for here.</summary>
    public string? Folder { get; init; }

    /// <summary>Changes the environment that it gets.</summary>
    public Action<IDictionary<string, string?>>? Environment { get; init; }

    /// <summary>How long it may take. The default is generous: only a process that hangs reaches it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Called with each line of standard output, one after another.</summary>
    public Action<DotnetProcess, string>? OnOutputLine { get; init; }

    /// <summary>Called with each line of standard error, one after another.</summary>
    public Action<DotnetProcess, string>? OnErrorLine { get; init; }
}

/// <summary>A .NET program in a process of its own, which a test may kill.</summary>
public sealed class DotnetProcess : IDisposable
{
    /// <summary>The exit code of a process that SIGKILL has ended.</summary>
    public const int Killed = 137;

    private readonly Process _process;
    private readonly TimeSpan _patience;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private DotnetProcess(ProcessStartInfo info, DotnetStart start)
    {
        _process = new Process { StartInfo = info };
        _patience = start.Patience;
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output, start.OnOutputLine);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _errors, start.OnErrorLine);
    }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written to standard output.</summary>
    public string Output => string.Concat(_output.Select(line => line + Environment.NewLine));

    /// <summary>What it has written to standard error.</summary>
    public string Errors => string.Join(Environment.NewLine, _errors);

    /// <summary>Starts it.</summary>
    public static DotnetProcess Start(DotnetStart start)
    {
        var info = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = start.Folder ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        info.ArgumentList.Add(start.Program);
        foreach (var argument in start.Arguments) info.ArgumentList.Add(argument);
        start.Environment?.Invoke(info.Environment);
        var process = new DotnetProcess(info, start);
        process._process.Start();
        process._process.StandardInput.AutoFlush = true;
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Types a line.</summary>
    /// <returns>False when the process is gone.</returns>
    public bool TryType(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Nothing more is typed.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Completes when it has ended, however late that is.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>The exit code, once it has ended and all its lines have come. It is killed when that takes longer than it may.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{_process.StartInfo.ArgumentList[0]} did not end within {_patience}. It had said:\n{Errors}\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void KillHard() => _process.Kill();

    /// <summary>SIGINT, as Ctrl-C sends it, and once more at once: on a busy machine the time for the second could be over by the time
    /// that a test has read that there is one. The first has been taken by then, for two that wait are one.</summary>
    public void InterruptTwice()
    {
        const string Script = """
            is_waiting() {
              while read -r name mask; do
                case $name$mask in ShdPnd:*[2367abef]) return 0;; esac
              done < "/proc/$0/status"
              return 1
            }
            kill -INT "$0"
            while is_waiting; do :; done
            kill -INT "$0"
            """;
        Run("sh", "-c", Script, $"{Id}");
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>It has died when this returns: a process that is only told to writes on for a moment, into a folder that is just being
    /// deleted.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit(_patience);
        _process.Dispose();
    }

    private void Take(string? line, ConcurrentQueue<string> lines, Action<DotnetProcess, string>? onLine)
    {
        if (line is null) return;
        lines.Enqueue(line);
        onLine?.Invoke(this, line);
    }

    private void Signal(string name) => Run("kill", $"-{name}", $"{Id}");

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
