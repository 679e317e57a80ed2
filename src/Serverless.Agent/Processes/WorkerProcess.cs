using System.Diagnostics;
using System.Text;
using Serverless.Workers.Commands;

namespace Serverless.Agent.Processes;

/// <summary>A worker that runs.</summary>
internal sealed class WorkerProcess : IWorkerProcess
{
    private readonly Process _process;
    private readonly byte[] _mark;
    private long _lastOutputTicks;

    /// <param name="process">The process, started.</param>
    /// <param name="mark">What its environment says.</param>
    /// <param name="outputClock">Null when its output goes its own way.</param>
    public WorkerProcess(Process process, string mark, TimeProvider? outputClock)
    {
        _process = process;
        _mark = Encoding.UTF8.GetBytes($"{WorkerProcesses.MarkName}={mark}");
        Id = process.Id;
        Ended = EndAsync(outputClock is null
            ? Task.CompletedTask
            : Task.WhenAll(
                PumpAsync(process.StandardOutput.BaseStream, Console.OpenStandardOutput(), outputClock),
                PumpAsync(process.StandardError.BaseStream, Console.OpenStandardError(), outputClock)));
    }

    /// <inheritdoc/>
    public int Id { get; }

    /// <inheritdoc/>
    public Task<int> Ended { get; }

    /// <inheritdoc/>
    public bool IsZombie => !Ended.IsCompleted && ProcessTable.Find(Id) is { State: 'Z' };

    /// <inheritdoc/>
    public bool IsAnyLeft => ProcessTable.All().Any(IsOurs);

    /// <inheritdoc/>
    public DateTimeOffset? LastOutputAt =>
        Interlocked.Read(ref _lastOutputTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <inheritdoc/>
    public void Terminate() => SignalAll(NativeProcesses.Sigterm);

    /// <inheritdoc/>
    public void Kill() => SignalAll(NativeProcesses.Sigkill);

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private async Task<int> EndAsync(Task output)
    {
        await _process.WaitForExitAsync();

        // What the worker left behind may hold its output open for ever; what it wrote itself is in the pipe already.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
        return _process.ExitCode;
    }

    private async Task PumpAsync(Stream source, Stream target, TimeProvider clock)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await source.ReadAsync(buffer)) > 0)
        {
            Interlocked.Exchange(ref _lastOutputTicks, clock.GetUtcNow().UtcTicks);
            await target.WriteAsync(buffer.AsMemory(0, count));
            await target.FlushAsync();
        }
    }

    private void SignalAll(int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            return;
        }

        var left = ProcessTable.All().Where(IsOurs).ToList();
        if (left.Exists(entry => entry.Group == Id)) NativeProcesses.Signal(-Id, signal);
        foreach (var entry in left.Where(entry => entry.Group != Id)) NativeProcesses.Signal(entry.Id, signal);
        if (left.Count == 0 && !_process.HasExited) NativeProcesses.Signal(Id, signal);
    }

    /// <summary>By its group, or by the mark when it has left that.</summary>
    private bool IsOurs(ProcessEntry entry) =>
        entry.State != 'Z' && entry.Id != Environment.ProcessId && (entry.Group == Id || entry.Id == Id || IsMarked(entry.Id));

    private bool IsMarked(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(_mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // It ended, or is another user's.
        }
    }
}
