namespace Serverless.Core.Flashpoints;

/// <summary>A source of flashpoints cannot be read. The message is for the person who wrote it.</summary>
public sealed class FlashpointFormatException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The entry at fault, from 1, or null when it is none in particular.</summary>
    public int? EntryNumber { get; init; }

    /// <summary>The line where that entry begins or where JSON ends, from 1, or null when that is not known.</summary>
    public long? LineNumber { get; init; }

    /// <summary>The member at fault, such as <c>id</c>, or null when it is none in particular.</summary>
    public string? Field { get; init; }
}
