using System.Text.Json.Serialization;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>How the outbox is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(LeaseId))]
[JsonSerializable(typeof(ResultEntry))]
[JsonSerializable(typeof(JobEnd))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class OutboxJson : JsonSerializerContext;
