using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Serverless.EndToEnd.Tests;

/// <summary>The real command in a process of its own.</summary>
internal sealed class FanOutProcess : IDisposable
{
    /// <summary>Generous: only a process that hangs reaches it, and then the test says what it had printed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private FanOutProcess(Process process, Action<FanOutProcess, string>? onErrorLine)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            _errors.Enqueue(line.Data);
            onErrorLine?.Invoke(this, line.Data);
        };
    }

    public int Id => _process.Id;

    public string Errors => string.Join(Environment.NewLine, _errors);

    public string Output => _output.ToString();

    /// <summary>Starts <c>fanout</c> in a folder.</summary>
    public static FanOutProcess Start(
        string folder,
        string[] arguments,
        Action<FanOutProcess, string>? onErrorLine = null,
        params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "fanout.dll"));
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var name in info.Environment.Keys.Where(IsOurs).ToList()) info.Environment.Remove(name);
        foreach (var (name, value) in environment) info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        var started = new FanOutProcess(process, onErrorLine);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Runs <c>fanout</c> to its end.</summary>
    public static async Task<FanOutProcess> RunAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var process = Start(folder, arguments, null, environment);
        await process.ExitAsync();
        return process;
    }

    /// <summary>The exit code, once it has ended.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"fanout did not end within {Patience}. It had said:\n{Errors}\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void KillHard() => _process.Kill();

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public void Terminate() => Signal("TERM");

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("RUNPOD_", StringComparison.Ordinal) || name.StartsWith("FANOUT_", StringComparison.Ordinal) ||
        name is "POLL_SECONDS" or "LOG_LEVEL" or "WORKER_COMMAND" or "WORKER_URL" or "RESULT_STORE" or "API_KEY";
}
