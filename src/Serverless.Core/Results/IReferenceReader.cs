namespace Serverless.Core.Results;

/// <summary>Fetches what a handler has put elsewhere in place of answering it.</summary>
public interface IReferenceReader
{
    /// <summary>Opens what a reference names. The caller disposes it.</summary>
    /// <exception cref="ReferenceRefusedException">It will not be read: not allowed, or not there.</exception>
    /// <exception cref="ReferenceUnavailableException">It could not be had now.</exception>
    Task<Stream> OpenAsync(Uri reference, CancellationToken cancellationToken);
}

/// <summary>A reference is not followed, however often it is tried. The message says why, without a query or a key.</summary>
public sealed class ReferenceRefusedException(string message) : Exception(message);

/// <summary>What a reference names could not be had, and may be had later.</summary>
public sealed class ReferenceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
