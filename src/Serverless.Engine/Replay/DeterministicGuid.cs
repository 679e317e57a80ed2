using System.Security.Cryptography;
using System.Text;

namespace Serverless.Engine.Replay;

/// <summary>UUID v5 of instance id, execution, time and counter: the same on every replay, distinct per call.</summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    public static Guid Create(string instanceId, DateTime now, int execution, int counter)
    {
        var name = Encoding.UTF8.GetBytes($"{instanceId}_{now:o}_{execution}_{counter}");
        var input = new byte[16 + name.Length];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        name.CopyTo(input, 16);
#pragma warning disable CA5350 // UUID v5 is defined on SHA-1; nothing is kept secret by it.
        Span<byte> hash = stackalloc byte[20];
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
