using System.Text.Json.Serialization;
using Serverless.Core.Planning;

namespace Serverless.Core.Storage;

/// <summary>The chunks that a run has written, retries included: what aggregation has to look through.</summary>
public sealed record RunPlan
{
    /// <summary>The chunks; a chunk's number is its position.</summary>
    public required IReadOnlyList<StoredChunk> Chunks { get; init; }

    /// <summary>The first chunk that counts: those before it are of before all of it was run again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Since { get; init; }

    /// <summary>The flashpoints that are in no chunk because they are too large.</summary>
    public required IReadOnlyList<OversizedFlashpoint> TooLarge { get; init; }
}

/// <summary>The span of a chunk that was written.</summary>
/// <param name="First">Its lowest flashpoint index.</param>
/// <param name="Last">Its highest.</param>
/// <param name="Count">How many flashpoints it has; fewer than the span when others lie between.</param>
public sealed record StoredChunk(int First, int Last, int Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunPlan))]
[JsonSerializable(typeof(StoredChunk[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(int))]
internal sealed partial class RunPlanJson : JsonSerializerContext;
