namespace Serverless.Core.Storage;

/// <summary>What a run stored is missing, unreadable, or at odds with what is asked. Repeating does not help.</summary>
public sealed class RunStoreException(string message, Exception? inner = null) : Exception(message, inner);
