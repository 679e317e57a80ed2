using System.Security.Cryptography;
using System.Text;

namespace Serverless.Core.Settings;

/// <summary>
/// The keys that callers of the HTTP API may show: <c>KEY</c>, <c>NAME=KEY</c> or <c>NAME:read=KEY</c>, several with commas
/// between them. Holds digests only.
/// </summary>
public sealed class ApiKeys
{
    /// <summary>Characters that a key must have: shorter ones can be guessed over a network.</summary>
    public const int MinKeyLength = 16;

    internal const string Allowed =
        "KEY, NAME=KEY or NAME:read=KEY, several with commas between them; a name is 1 to 32 lower-case letters, digits or -, a key has "
        + "at least 16 visible ASCII characters without commas";

    private const int MaxNameLength = 32;

    private readonly IReadOnlyList<(ApiKey Key, byte[] Digest)> _keys;

    private ApiKeys(IReadOnlyList<(ApiKey, byte[])> keys) => _keys = keys;

    /// <summary>Reads the keys, or null when the text is not of that form.</summary>
    public static ApiKeys? TryParse(Secret setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var keys = new List<(ApiKey Key, byte[] Digest)>();
        foreach (var part in setting.Reveal().Split(','))
        {
            var (key, text) = Read(part);
            if (text.Length < MinKeyLength || !SettingValues.IsVisibleText(text)) return null;
            if (keys.Any(other => other.Key.Name == key.Name)) return null;
            keys.Add((key, Digest(text)));
        }

        return new ApiKeys(keys);
    }

    /// <summary>Whether one of them may only look.</summary>
    internal bool HaveReaders => _keys.Any(key => !key.Key.MayWrite);

    /// <summary>The key that was shown, or null when it is none of these. Takes as long for any of them.</summary>
    public ApiKey? Find(string shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var digest = Digest(shown);
        ApiKey? found = null;
        foreach (var (key, expected) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(digest, expected)) found = key;
        }

        return found;
    }

    /// <summary>A key may itself end in <c>=</c>, as Base64 does: a name is followed by more than that.</summary>
    private static (ApiKey Key, string Text) Read(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at < 0 || part.AsSpan(at).TrimStart('=').IsEmpty) return (new ApiKey("default", MayWrite: true), part);
        var name = part[..at];
        var isReader = name.EndsWith(":read", StringComparison.Ordinal);
        if (isReader) name = name[..^":read".Length];
        return IsName(name) ? (new ApiKey(name, !isReader), part[(at + 1)..]) : (new ApiKey("default", MayWrite: true), part);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>Who calls.</summary>
/// <param name="Name">Whose key it is; safe to log.</param>
/// <param name="MayWrite">False for a key that may only look.</param>
public sealed record ApiKey(string Name, bool MayWrite);
