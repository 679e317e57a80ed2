namespace Serverless.Emulator.Http;

/// <summary>The job that a call was the submission of.</summary>
internal sealed record TakenJob(string Id);
