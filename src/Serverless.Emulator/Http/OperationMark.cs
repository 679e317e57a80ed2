namespace Serverless.Emulator.Http;

/// <summary>Marks a route with its operation.</summary>
internal sealed record OperationMark(Operation Operation);
