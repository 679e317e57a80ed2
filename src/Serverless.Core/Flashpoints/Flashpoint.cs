namespace Serverless.Core.Flashpoints;

/// <summary>A unit of work: what a worker is given and gives one result for.</summary>
/// <param name="Id">Its id, unique in the run.</param>
/// <param name="FeedCount">How many feeds it lists, 0 if none.</param>
/// <param name="Json">The whole object as it was read, unknown members included: compact UTF-8 on one line.</param>
public readonly record struct Flashpoint(string Id, int FeedCount, ReadOnlyMemory<byte> Json);
