using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.Core;

/// <summary>
/// A run's id: 1 to 100 of letters, digits, <c>.</c>, <c>_</c>, <c>~</c>, <c>-</c>, beginning with none of <c>.</c> and
/// <c>-</c> and not ending in <c>.</c>, so that it can be a folder, an option's value and part of a URL as it is.
/// </summary>
public readonly record struct RunId
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-");

    private readonly string? _value;

    private RunId(string value) => _value = value;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default</c>, which is no id.</exception>
    public string Value => _value ?? throw new InvalidOperationException("A default RunId has no value.");

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is no run id; the message says why and what is allowed.</exception>
    public static RunId Parse(string? text)
        => TryParse(text, out var id, out var error) ? id : throw new FormatException(error);

    /// <summary>Reads an id, or says why the text is none and what is allowed.</summary>
    public static bool TryParse(string? text, out RunId id, [NotNullWhen(false)] out string? error)
    {
        error = Refusal(text);
        id = error is null ? new RunId(text!) : default;
        return error is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Refusal(string? text)
    {
        if (string.IsNullOrEmpty(text)) return $"A run id is empty; {Rule}";
        if (text.Length > Limits.MaxRunIdLength) return $"A run id has {text.Length} characters; {Rule}";
        if (text.AsSpan().IndexOfAnyExcept(Allowed) is var at and >= 0)
            return $"The run id {Excerpt.Of(text)} has {Excerpt.Of(text[at].ToString())} at position {at + 1}; {Rule}";
        if (text[0] is '.' or '-') return $"The run id {Excerpt.Of(text)} begins with '{text[0]}'; {Rule}";
        if (text[^1] is '.') return $"The run id {Excerpt.Of(text)} ends in '.'; {Rule}";
        return null;
    }

    private static string Rule => $"allowed are 1 to {Limits.MaxRunIdLength} letters (A-Z, a-z), digits and . _ ~ -, "
        + "with no . or - at the start and no . at the end.";
}
