using System.Buffers.Binary;
using System.Text.Json;

namespace Serverless.Agent.Checkpoints;

/// <summary>What can be seen of a checkpoint without the program that wrote it.</summary>
public enum Structure
{
    /// <summary>Of no form that is known here.</summary>
    Unknown,

    /// <summary>All files are of a known form, and complete.</summary>
    Whole,

    /// <summary>A file is of a known form, and cut or damaged.</summary>
    Damaged,
}

/// <summary>
/// Looks whether files were written to their end, for forms that say where that is: ZIP (what PyTorch and NumPy write),
/// safetensors, JSON. A program that is killed while it saves leaves files that are whole to the file system alone.
/// </summary>
internal static class FileStructure
{
    private const int ZipTailBytes = 65_557;
    private const int ZipEndBytes = 22;
    private const int MaxJsonBytes = 64 * 1024 * 1024;

    /// <summary>Looks at all files of a checkpoint.</summary>
    public static Structure Of(LocalCheckpoint checkpoint)
    {
        var all = checkpoint.Files.Select(file => Of(file.FullPath)).ToList();
        if (all.Contains(Structure.Damaged)) return Structure.Damaged;
        return all.Contains(Structure.Unknown) ? Structure.Unknown : Structure.Whole;
    }

    /// <summary>Looks at one file.</summary>
    public static Structure Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> head = stackalloc byte[8];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return Safetensors(file, head[..read]);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return Json(file);
        return head[..read].StartsWith("PK\x03\x04"u8) ? Zip(file) : Structure.Unknown;
    }

    /// <summary>The end of a ZIP says where its directory is, and is written last.</summary>
    private static Structure Zip(FileStream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, ZipTailBytes)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || at + ZipEndBytes > tail.Length) return Structure.Damaged;
        var end = tail.AsSpan(at);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var isLarge = size == uint.MaxValue || offset == uint.MaxValue; // ZIP64 keeps them elsewhere.
        return isLarge || (long)offset + size <= file.Length - tail.Length + at ? Structure.Whole : Structure.Damaged;
    }

    /// <summary>Eight bytes give the header's length; the header says where each tensor ends.</summary>
    private static Structure Safetensors(FileStream file, ReadOnlySpan<byte> head)
    {
        if (head.Length < 8) return Structure.Damaged;
        var length = BinaryPrimitives.ReadInt64LittleEndian(head);
        if (length <= 0 || length > MaxJsonBytes || length > file.Length - head.Length) return Structure.Damaged;
        var header = new byte[length];
        file.ReadExactly(header);
        try
        {
            using var json = JsonDocument.Parse(header);
            var last = json.RootElement.EnumerateObject().Select(EndOf).DefaultIfEmpty(0).Max();
            return 8 + length + last == file.Length ? Structure.Whole : Structure.Damaged;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Structure.Damaged;
        }
    }

    private static long EndOf(JsonProperty tensor) =>
        tensor.Name == "__metadata__" ? 0 : tensor.Value.GetProperty("data_offsets")[1].GetInt64();

    private static Structure Json(FileStream file)
    {
        if (file.Length > MaxJsonBytes) return Structure.Unknown;
        file.Position = 0;
        try
        {
            using var json = JsonDocument.Parse(file);
            return Structure.Whole;
        }
        catch (JsonException)
        {
            return Structure.Damaged;
        }
    }
}
