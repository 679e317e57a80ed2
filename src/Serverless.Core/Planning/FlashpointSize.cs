namespace Serverless.Core.Planning;

/// <summary>What the planner has to know of a flashpoint.</summary>
/// <param name="Bytes">The length of its JSON.</param>
/// <param name="Weight">How much work it is compared with others: its number of feeds, at least 1.</param>
public readonly record struct FlashpointSize(int Bytes, int Weight);
