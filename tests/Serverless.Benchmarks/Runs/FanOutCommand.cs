using System.Collections.Concurrent;
using System.Diagnostics;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Runs;

/// <summary>The command <c>fanout</c> in a process of its own, its memory watched.</summary>
internal sealed class FanOutCommand : IDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(50);

    private const int TailLines = 20;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _tail = new();

    /// <summary>Starts it in a folder.</summary>
    public FanOutCommand(string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
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
        foreach (var (name, value) in settings) info.Environment[name] = value;
        _process = new Process { StartInfo = info };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>The last lines that it wrote to standard error.</summary>
    public string Tail => string.Join(Environment.NewLine, _tail);

    /// <summary>The most memory seen so far, in MiB.</summary>
    public double PeakMb { get; private set; }

    /// <summary>Its memory now, in MiB; null when it has ended.</summary>
    public double? MemoryMb => ProcessMemory.NowMb(_process);

    /// <summary>Processor time so far, in milliseconds.</summary>
    public double CpuMs { get; private set; }

    /// <summary>The next line that it prints.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new WrongResultException("fanout ended without a word.");

    /// <summary>Watches it until it ends, and gives its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync();
        while (!_process.HasExited)
        {
            Look();
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(WatchInterval, TimeProvider.System));
        }

        await output;
        return _process.ExitCode;
    }

    /// <summary>Takes note of memory and time as they stand.</summary>
    public void Look()
    {
        PeakMb = ProcessMemory.PeakMb(_process) is { } peak ? Math.Max(PeakMb, peak) : PeakMb;
        try
        {
            _process.Refresh();
            CpuMs = _process.TotalProcessorTime.TotalMilliseconds;
        }
        catch (InvalidOperationException)
        {
            // It has ended since the last look, whose figure stands.
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillHardAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Forgets the peak so far, where the system can.</summary>
    public void ResetPeak()
    {
        ProcessMemory.ResetPeak(_process);
        PeakMb = 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _tail.Enqueue(line);
        if (_tail.Count > TailLines) _tail.TryDequeue(out _);
    }
}
