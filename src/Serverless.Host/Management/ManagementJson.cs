using System.Text.Json.Serialization;

namespace Serverless.Host.Management;

/// <summary>The bodies of Durable Task's management API: camelCase, as the Functions extension writes them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckStatus))]
[JsonSerializable(typeof(PurgeHistoryResult))]
internal sealed partial class ManagementJson : JsonSerializerContext;

/// <summary>What a purge did.</summary>
/// <param name="InstancesDeleted">How many instances are gone.</param>
internal sealed record PurgeHistoryResult(int InstancesDeleted);
