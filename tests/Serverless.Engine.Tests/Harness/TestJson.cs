using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Engine.Tests;

[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(List<int>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(bool[]))]
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(Guid[]))]
[JsonSerializable(typeof(DateTime))]
[JsonSerializable(typeof(DateTime[]))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Stubborn))]
[JsonSerializable(typeof(object))]
internal sealed partial class TestJson : JsonSerializerContext;

/// <summary>A value whose converter throws what no converter should.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record Stubborn
{
    internal sealed class Converter : JsonConverter<Stubborn>
    {
        public override Stubborn Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new InvalidCastException("will not be read");

        public override void Write(Utf8JsonWriter writer, Stubborn value, JsonSerializerOptions options) =>
            throw new InvalidCastException("will not be written");
    }
}
