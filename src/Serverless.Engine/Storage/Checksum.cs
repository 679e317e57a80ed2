using System.Numerics;
using System.Runtime.InteropServices;

namespace Serverless.Engine.Storage;

/// <summary>CRC-32C, value after value.</summary>
internal struct Checksum
{
    private uint _crc;

    public Checksum() => _crc = uint.MaxValue;

    /// <summary>What it is so far.</summary>
    public readonly uint Value => ~_crc;

    public void Add(long number) => _crc = BitOperations.Crc32C(_crc, (ulong)number);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) _crc = BitOperations.Crc32C(_crc, word);
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..]) _crc = BitOperations.Crc32C(_crc, rest);
    }

    /// <summary>With its length, so that two texts in a row cannot be cut elsewhere.</summary>
    public void Add(string text)
    {
        Add(text.Length);
        Add(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
