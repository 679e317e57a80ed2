using System.Text;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace Serverless.Functions.Tests.Durable;

/// <summary>Makes a converter of the worker's serializer, as the Durable Task extension of Functions does it.</summary>
internal sealed class SerializerConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) =>
        value is null ? null : serializer.Serialize(value, value.GetType(), default).ToString();

    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null) return null;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data));
        return serializer.Deserialize(stream, targetType, default);
    }
}
