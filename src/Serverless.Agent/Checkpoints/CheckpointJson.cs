using System.Text.Json.Serialization;

namespace Serverless.Agent.Checkpoints;

/// <summary>How manifests and the journal are written: snake_case, as everything that leaves the process.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CheckpointManifest))]
[JsonSerializable(typeof(JournalFile))]
[JsonSerializable(typeof(OwnerMark))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
