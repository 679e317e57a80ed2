using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Agent.Leasing;

/// <summary>
/// Tells a worker that asks for it which of its results are kept, one line for each. A worker that reads a line before it goes on has
/// never more than one flashpoint to lose. One that never reads loses nothing by it.
/// </summary>
/// <remarks>A pipe that the worker opens by its path in /proc: when the agent has died the path is gone, and the open pipe at its
/// end, so that no worker ever waits for an agent that is not there.</remarks>
internal sealed partial class ReceiptPipe : IDisposable
{
    /// <summary>What its path is called in the worker's environment.</summary>
    public const string VariableName = "FANOUT_RECEIPTS";

    // As Linux numbers them.
    private const int NeverWait = 0x800;
    private const int CloseInChildren = 0x80000;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _read;
    private readonly SafeFileHandle _write;
    private bool _isFull;

    private ReceiptPipe(Ends ends)
    {
        _read = new SafeFileHandle(ends.Read, ownsHandle: true);
        _write = new SafeFileHandle(ends.Write, ownsHandle: true);
        Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{ends.Read}");
    }

    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <returns>Null where there is no /proc, or none can be made.</returns>
    public static ReceiptPipe? TryCreate() =>
        OperatingSystem.IsLinux() && MakePipe(out var ends, NeverWait | CloseInChildren) == 0 ? new ReceiptPipe(ends) : null;

    /// <summary>A result is kept: here on disk, or at the coordinator.</summary>
    public void Tell(string id)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(new Receipt(id), OutboxJson.Default.Receipt), (byte)'\n'];
        lock (_gate)
        {
            // Full: the worker does not read. It gets no more, rather than some of them.
            _isFull = _isFull || _write.IsClosed || Write(_write, line, (nuint)line.Length) != line.Length;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _write.Dispose();
            _read.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int MakePipe(out Ends ends, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle handle, byte[] bytes, nuint count);

    private struct Ends
    {
        public int Read;
        public int Write;
    }
}

/// <summary>A line of it.</summary>
/// <param name="Id">Whose result is kept.</param>
internal sealed record Receipt(string Id);
