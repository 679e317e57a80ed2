using System.Globalization;

namespace Serverless.Storage;

/// <summary>
/// Files that are being written. Each open store holds a slot by a lock, which a crash gives back; whoever takes the
/// slot next deletes what was left in it. So nobody deletes what another is still writing.
/// </summary>
internal sealed class TemporaryFiles : IDisposable
{
    public const string FolderName = ".writing";

    private const int MaxSlots = 1_000;

    private readonly FileStream _lock;
    private readonly string _prefix;
    private long _count;

    private TemporaryFiles(FileStream slotLock, string prefix)
    {
        _lock = slotLock;
        _prefix = prefix;
    }

    /// <summary>Takes the first free slot and cleans it.</summary>
    public static TemporaryFiles Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var slot = 0;
        FileStream? slotLock;
        while ((slotLock = TryLock(folder, slot)) is null) slot++;
        foreach (var left in Directory.GetFiles(folder, Name(slot, "*.tmp"))) File.Delete(left);
        return new TemporaryFiles(slotLock, Path.Combine(folder, Name(slot, "")));
    }

    /// <summary>A path of its own for the next file.</summary>
    public string NextPath()
        => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Interlocked.Increment(ref _count)}.tmp");

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string folder, int slot)
    {
        var path = Path.Combine(folder, Name(slot, "lock"));
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (slot < MaxSlots && File.Exists(path))
        {
            return null;
        }
    }

    private static string Name(int slot, string rest)
        => string.Create(CultureInfo.InvariantCulture, $"{slot:D3}.{rest}");
}
