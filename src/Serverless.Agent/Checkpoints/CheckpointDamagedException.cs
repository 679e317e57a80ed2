namespace Serverless.Agent.Checkpoints;

/// <summary>A checkpoint is not what it was written as. The message follows "Checkpoint 12 is not used:".</summary>
public sealed class CheckpointDamagedException(string message, Exception? inner = null) : Exception(message, inner);
