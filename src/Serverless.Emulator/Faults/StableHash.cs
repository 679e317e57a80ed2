using System.Runtime.InteropServices;

namespace Serverless.Emulator.Faults;

/// <summary>Hashes that are the same in every process, unlike those of the runtime.</summary>
internal static class StableHash
{
    /// <summary>FNV-1a.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in bytes) hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }

    public static ulong Of(string text) => Of(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>A number from 0 to below 1 that looks random and depends on the arguments alone.</summary>
    public static double Roll(int seed, int rule, ulong key, int draw)
    {
        var mixed = Mix(Mix(Mix((uint)seed) ^ (uint)rule) ^ key) + (ulong)draw;
        return (Mix(mixed) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The finalizer of SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
