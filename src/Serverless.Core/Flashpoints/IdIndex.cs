using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Serverless.Core.Flashpoints;

/// <summary>Where each id was seen first. Keeps 128 bits of its SHA-256, a fraction of the text.</summary>
internal sealed class IdIndex
{
    private readonly Dictionary<UInt128, int> _first = [];

    /// <summary>Notes an id, or gives the index where it was seen before.</summary>
    public bool TryAdd(string id, int index, out int first)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan()), digest);
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _first, BinaryPrimitives.ReadUInt128LittleEndian(digest), out var known);
        if (!known) slot = index;
        first = slot;
        return !known;
    }
}
