namespace Serverless.Host.Sources;

/// <summary>A place that a list of flashpoints is read from, as JSON or JSON lines.</summary>
public interface IFlashpointSource
{
    /// <summary>What people call it, without a secret.</summary>
    string Description { get; }

    /// <summary>Copies the list of a day.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    Task CopyToAsync(Stream target, DateOnly date, CancellationToken cancellationToken);
}

/// <summary>A source of flashpoints cannot be read. The message names the source and holds no secret.</summary>
public sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner);
