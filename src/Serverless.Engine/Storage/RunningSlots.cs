using System.IO.MemoryMappedFiles;

namespace Serverless.Engine.Storage;

/// <summary>
/// Which activities are running, in a small mapped file beside the database. The system keeps what was written when the
/// process dies, however it dies, so nothing needs an fsync. A power cut may lose it; then that death is not counted.
/// </summary>
internal sealed class RunningSlots : IDisposable
{
    /// <summary>What <see cref="Take"/> gives when all slots are taken: the activity runs and is not watched.</summary>
    public const int None = -1;

    // A slot is the instance's key, zero while the slot is free, and then the task's number.
    private const int SlotBytes = 16;
    private const int TaskOffset = 8;

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Lock _gate = new();
    private readonly Stack<int> _free;

    private RunningSlots(string path, MemoryMappedFile file, int slots)
    {
        _path = path;
        _file = file;
        _view = file.CreateViewAccessor();
        _free = new Stack<int>(Enumerable.Range(0, slots).Reverse());
    }

    /// <summary>The activities that ran when the process before died.</summary>
    /// <exception cref="EngineException">The file cannot be read.</exception>
    public static List<(long Instance, int Task)> Left(string databasePath)
    {
        var path = PathOf(databasePath);
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllBytes(path)) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, e);
        }
    }

    /// <summary>Begins with all slots free; what the process before left there is gone.</summary>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    public static RunningSlots Open(string databasePath, int slots)
    {
        var path = PathOf(databasePath);
        try
        {
            var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
            return new RunningSlots(path, Map(stream, slots), slots);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, e);
        }
    }

    /// <summary>Notes that an activity starts.</summary>
    public int Take(long instanceKey, int taskId)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var slot)) return None;

            // The key comes last: a death in between leaves a free slot.
            _view.Write(slot * SlotBytes + TaskOffset, (long)taskId);
            _view.Write(slot * SlotBytes, instanceKey);
            return slot;
        }
    }

    /// <summary>Notes that it is settled.</summary>
    public void Clear(int slot)
    {
        if (slot == None) return;
        lock (_gate)
        {
            _view.Write(slot * SlotBytes, 0L);
            _free.Push(slot);
        }
    }

    /// <summary>Nothing runs any more, so nothing is left to say.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    private static string PathOf(string databasePath) => databasePath + ".running";

    private static MemoryMappedFile Map(FileStream stream, int slots)
    {
        try
        {
            // Written, not only made long: a mapped page without room on the disk would kill the process when it is used.
            stream.Write(new byte[slots * SlotBytes]);
            stream.Flush();
            return MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static List<(long Instance, int Task)> Parse(byte[] bytes)
    {
        var running = new List<(long, int)>();
        for (var at = 0; at + SlotBytes <= bytes.Length; at += SlotBytes)
        {
            var instance = BitConverter.ToInt64(bytes, at);
            var task = BitConverter.ToInt64(bytes, at + TaskOffset);
            if (instance > 0 && task is >= 0 and <= int.MaxValue) running.Add((instance, (int)task));
        }

        return running;
    }

    private static EngineException Refused(string path, Exception e) =>
        new(EngineErrorKind.Disk, $"The file '{path}' cannot be read or written ({e.Message}).", e);
}
