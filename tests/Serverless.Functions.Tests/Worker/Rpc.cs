using Google.Protobuf;

namespace Serverless.Functions.Tests.Worker;

/// <summary>A message between the Functions host and its worker, as its fields by number. The worker's own classes for them are
/// hidden; the numbers are of FunctionRpc.proto, and are named where they are used.</summary>
internal sealed class Rpc
{
    private readonly List<(int Number, ByteString Bytes, long Value)> _fields = [];

    /// <summary>A message of texts and messages.</summary>
    public static Rpc Of(params (int Number, object Value)[] fields)
    {
        var message = new Rpc();
        foreach (var (number, value) in fields)
        {
            message._fields.Add((number, value switch
            {
                string text => ByteString.CopyFromUtf8(text),
                Rpc other => ByteString.CopyFrom(other.ToBytes()),
                ByteString bytes => bytes,
                _ => throw new ArgumentException($"{value.GetType()} cannot be sent."),
            }, 0));
        }

        return message;
    }

    public static Rpc Read(byte[] bytes)
    {
        var message = new Rpc();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            message._fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => (number, input.ReadBytes(), 0),
                WireFormat.WireType.Varint => (number, ByteString.Empty, input.ReadInt64()),
                var type => throw new FormatException($"Field {number} is of wire type {type}."),
            });
        }

        return message;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        foreach (var (number, bytes, _) in _fields)
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(bytes);
        }

        output.Flush();
        return stream.ToArray();
    }

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    public IEnumerable<ByteString> All(int number) => _fields.Where(field => field.Number == number).Select(field => field.Bytes);

    public Rpc Message(int number) => Read(All(number).Last().ToByteArray());

    public string Text(int number) => All(number).LastOrDefault()?.ToStringUtf8() ?? "";

    public long Number(int number) => _fields.LastOrDefault(field => field.Number == number).Value;

    /// <summary>A map field's entries.</summary>
    public Dictionary<string, string> Map(int number) =>
        All(number).Select(entry => Read(entry.ToByteArray())).ToDictionary(entry => entry.Text(1), entry => entry.Text(2));
}
