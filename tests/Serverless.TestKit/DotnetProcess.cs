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
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(300);

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

    /// <summary>The exit code, once it has ended and all its lines have come.</summary>
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

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public void Terminate() => Signal("TERM");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Take(string? line, ConcurrentQueue<string> lines, Action<DotnetProcess, string>? onLine)
    {
        if (line is null) return;
        lines.Enqueue(line);
        onLine?.Invoke(this, line);
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }
}
