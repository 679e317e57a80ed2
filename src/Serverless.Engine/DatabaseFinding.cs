namespace Serverless.Engine;

/// <summary>Something in a database that is not as it was written.</summary>
/// <param name="InstanceId">The instance concerned, or null when it is the file as a whole.</param>
/// <param name="Segment">The segment of its history, from 0, or null when it is not a segment.</param>
/// <param name="Problem">What is wrong. Holds no payload.</param>
public sealed record DatabaseFinding(string? InstanceId, int? Segment, string Problem);
