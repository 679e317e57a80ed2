using System.Text.Json.Serialization;
using Serverless.Agent.Health;
using Serverless.Agent.Supervision;

namespace Serverless.Agent;

/// <summary>What the agent tells others than the coordinator: snake_case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AlertMessage))]
[JsonSerializable(typeof(AgentStatus))]
internal sealed partial class AgentJson : JsonSerializerContext;
