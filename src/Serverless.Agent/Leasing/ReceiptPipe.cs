using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Agent.Leasing;

/// <summary>
/// Tells a worker that asks for it which of its results are kept, one line for each: a pipe with a name. A worker that reads a line
/// before it goes on has never more than one flashpoint to lose. One that never reads loses nothing by it.
/// </summary>
internal sealed partial class ReceiptPipe : IDisposable
{
    /// <summary>What its path is called in the worker's environment.</summary>
    public const string VariableName = "FANOUT_RECEIPTS";

    private const uint OwnerReadsAndWrites = 0x180;

    // As Linux numbers them. Open for both, so that neither end waits for the other and the worker sees the end of the agent.
    private const int ReadWrite = 0x2;
    private const int NeverWait = 0x800;
    private const int CloseInChildren = 0x80000;

    private readonly Lock _gate = new();
    private SafeFileHandle? _handle;

    private ReceiptPipe(string path, SafeFileHandle handle) => (Path, _handle) = (path, handle);

    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <returns>Null where there are no such pipes, or none can be made.</returns>
    public static ReceiptPipe? TryCreate()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + ".receipts");
        if (MakePipe(path, OwnerReadsAndWrites) != 0) return null;
        var handle = new SafeFileHandle(Open(path, ReadWrite | NeverWait | CloseInChildren), ownsHandle: true);
        if (!handle.IsInvalid) return new ReceiptPipe(path, handle);
        handle.Dispose();
        File.Delete(path);
        return null;
    }

    /// <summary>A result is kept: here on disk, or at the coordinator.</summary>
    public void Tell(string id)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(new Receipt(id), OutboxJson.Default.Receipt), (byte)'\n'];
        lock (_gate)
        {
            // Full: the worker does not read. It gets no more, rather than some of them.
            if (_handle is not null && Write(_handle, line, (nuint)line.Length) != line.Length) Close();
        }
    }

    public void Dispose()
    {
        lock (_gate) Close();
    }

    private void Close()
    {
        if (_handle is null) return;
        _handle.Dispose();
        _handle = null;
        File.Delete(Path);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle handle, byte[] bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

/// <summary>A line of it.</summary>
/// <param name="Id">Whose result is kept.</param>
internal sealed record Receipt(string Id);
