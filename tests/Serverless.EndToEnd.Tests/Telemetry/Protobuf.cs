using System.Buffers.Binary;
using System.Text;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>A protobuf message as its fields by number. Knows no schema: whoever reads says what a field is.</summary>
internal sealed class Protobuf
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public Protobuf(ReadOnlyMemory<byte> message)
    {
        var rest = message;
        while (!rest.IsEmpty)
        {
            var key = Varint(ref rest);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add((number, Varint(ref rest), default));
                    break;
                case 1:
                    _fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, 8).Span), default));
                    break;
                case 2:
                    var length = (int)Varint(ref rest);
                    _fields.Add((number, 0, Take(ref rest, length)));
                    break;
                case 5:
                    _fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, 4).Span), default));
                    break;
                default:
                    throw new FormatException($"Wire type {key & 7} of field {number}.");
            }
        }
    }

    public IEnumerable<Protobuf> Messages(int number) => All(number).Select(field => new Protobuf(field));

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    public string Text(int number) => Encoding.UTF8.GetString(All(number).LastOrDefault().Span);

    public string Hex(int number) => Convert.ToHexStringLower(All(number).LastOrDefault().Span);

    public ulong Number(int number) => _fields.LastOrDefault(field => field.Number == number).Value;

    private IEnumerable<ReadOnlyMemory<byte>> All(int number) =>
        _fields.Where(field => field.Number == number).Select(field => field.Bytes);

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(ref rest, 1).Span[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
