using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>Payloads as the embedded engine writes them: by the registry's source-generated types, and by those few in which
/// Durable Task wraps them.</summary>
public static class DurableJson
{
    /// <summary>For a converter of Durable Task.</summary>
    public static JsonSerializerOptions OptionsOf(DurableRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var options = new JsonSerializerOptions(registry.Serialization);
        options.TypeInfoResolverChain.Add(DurableTaskJson.Default);
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>An activity's input travels as an array of one, and what is not typed yet as an element.</summary>
[JsonSerializable(typeof(object[]))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonElement?))]
internal sealed partial class DurableTaskJson : JsonSerializerContext;
