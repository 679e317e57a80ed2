using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.Core.Storage;

/// <summary>
/// The names that every <see cref="IObjectStore"/> takes: segments of letters (A-Z, a-z), digits and <c>- _ . ~</c>
/// with <c>/</c> between them. No segment is empty, begins with <c>.</c> or ends in it, so that no name leaves its
/// store and each is a path on every file system.
/// </summary>
public static class ObjectNames
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");

    /// <summary>Whether a text is a name.</summary>
    public static bool IsName(string text)
    {
        try
        {
            CheckName(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Lets a name pass.</summary>
    /// <exception cref="ArgumentException">It breaks a rule; the message says which.</exception>
    public static void CheckName([NotNull] string? name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (var segment in name.Split('/')) CheckSegment(name, segment, isWhole: true);
    }

    /// <summary>Lets the beginning of a name pass: the last segment may be empty or cut.</summary>
    /// <exception cref="ArgumentException">No name begins so, or it is empty, which would be every object.</exception>
    public static void CheckPrefix([NotNull] string? prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        var segments = prefix.Split('/');
        foreach (var segment in segments[..^1]) CheckSegment(prefix, segment, isWhole: true);
        CheckSegment(prefix, segments[^1], isWhole: false);
    }

    private static void CheckSegment(string name, string segment, bool isWhole)
    {
        var reason = segment switch
        {
            "" => isWhole ? "has an empty segment" : null,
            _ when segment.AsSpan().ContainsAnyExcept(Allowed) => "has a character other than A-Z a-z 0-9 - _ . ~ /",
            ['.', ..] => "has a segment that begins with '.'",
            [.., '.'] when isWhole => "has a segment that ends in '.'",
            _ => null,
        };
        if (reason is not null)
            throw new ArgumentException($"The object name {Excerpt.Of(name)} {reason}.", nameof(name));
    }
}
