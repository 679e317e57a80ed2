namespace Serverless.Emulator.Jobs;

/// <summary>Ids that look like RunPod's, from a seed. Guarded by the endpoint's lock.</summary>
internal sealed class IdSource(int seed)
{
    private const int WorkerIdLength = 14;
    private readonly Random _random = new(seed);

    public string NextJobId(bool isSync)
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        var guid = new Guid(bytes, bigEndian: true);
        return isSync ? $"sync-{guid}-u1" : $"{guid}-u1";
    }

    public string NextWorkerId() => _random.GetString("abcdefghijklmnopqrstuvwxyz0123456789", WorkerIdLength);
}
