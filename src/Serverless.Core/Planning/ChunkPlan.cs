namespace Serverless.Core.Planning;

/// <summary>Which flashpoints go together. The same sizes and options give the same plan.</summary>
/// <param name="Chunks">The chunks, in order of their first flashpoint.</param>
/// <param name="TooLarge">The flashpoints that fit into no chunk, in order. Each is null in the results.</param>
/// <param name="Strategy">How they were shared out.</param>
public sealed record ChunkPlan(
    IReadOnlyList<PlannedChunk> Chunks, IReadOnlyList<OversizedFlashpoint> TooLarge, PlanStrategy Strategy);

/// <summary>A set of flashpoints for one worker.</summary>
/// <param name="Index">Its index in the plan, from 0.</param>
/// <param name="Flashpoints">The indexes of its flashpoints, ascending.</param>
/// <param name="Bytes">The length of its flashpoints as one compact JSON array.</param>
/// <param name="Weight">The sum of their weights.</param>
public sealed record PlannedChunk(int Index, IndexList Flashpoints, long Bytes, long Weight);

/// <summary>A flashpoint that is larger than one may be.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Bytes">The length of its JSON.</param>
public sealed record OversizedFlashpoint(int Index, int Bytes);

/// <summary>A list cannot be planned as asked. The message says what to change.</summary>
public sealed class PlanException(string message) : Exception(message);
