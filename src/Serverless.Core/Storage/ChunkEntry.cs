using Serverless.Core.Flashpoints;

namespace Serverless.Core.Storage;

/// <summary>A flashpoint of a chunk.</summary>
/// <param name="Index">Its index in the run.</param>
/// <param name="Flashpoint">The flashpoint.</param>
public readonly record struct ChunkEntry(int Index, Flashpoint Flashpoint);
