using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Benchmarks.Work;

/// <summary>What one call gives: its own number back.</summary>
internal sealed record WorkResult(bool Ok, int I);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WorkResult))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class WorkJson : JsonSerializerContext;
