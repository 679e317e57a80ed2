using System.Runtime.CompilerServices;

namespace Serverless.Core.Flashpoints;

/// <summary>
/// Reads flashpoints from UTF-8 text: a JSON array of objects, or one object per line. Which of the two it is shows in
/// the first character. Memory holds one flashpoint and a fingerprint of each id, whatever the length of the source.
/// </summary>
public static class FlashpointReader
{
    /// <summary>
    /// Yields the flashpoints in order, as they are read. Each is an object with an <c>id</c> of 1 to 256 characters
    /// that is unique in the source, may have a <c>title</c> (text) and <c>feeds</c> (a list), and anything else.
    /// An empty array yields nothing.
    /// </summary>
    /// <param name="source">The text. It stays open.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FlashpointFormatException">The source breaks one of these rules. What was yielded before
    /// it was good.</exception>
    public static IAsyncEnumerable<Flashpoint> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ReadAsync(source, Limits.MaxFlashpoints, cancellationToken);
    }

    internal static async IAsyncEnumerable<Flashpoint> ReadAsync(
        Stream source, int maxFlashpoints, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scanner = new EntryScanner(source);
        var ids = new IdIndex();
        while (await scanner.MoveNextAsync(cancellationToken))
        {
            if (scanner.Place.Index >= maxFlashpoints) throw TooMany(scanner.Place, maxFlashpoints);
            var flashpoint = FlashpointRules.Check(scanner.Entry.Span, scanner.Place);
            if (!ids.TryAdd(flashpoint.Id, scanner.Place.Index, out var first))
                throw Duplicate(flashpoint.Id, first, scanner.Place);
            yield return flashpoint;
        }
    }

    private static FlashpointFormatException TooMany(EntryPlace place, int maxFlashpoints)
        => place.Refuse($" is one too many; a run has at most {maxFlashpoints:N0} flashpoints.");

    private static FlashpointFormatException Duplicate(string id, int first, EntryPlace place)
        => place.Refuse($": the id {Excerpt.Of(id)} is that of entry {first + 1} (index {first}) already; "
            + "an id is unique in a run.", "id");
}
