using Serverless.Core.Storage;

namespace Serverless.Core.Settings;

/// <summary>A place in a store that speaks S3.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What names begin with; empty, or ends in a slash.</param>
public sealed record S3Address(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    /// <summary>The address as it is written.</summary>
    public Uri Url => new($"{Scheme}{Bucket}/{Prefix}");

    /// <summary>Whether a text means to be one.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads <c>s3://bucket/prefix</c>; null when it is not well formed.</summary>
    public static S3Address? Parse(string text)
    {
        if (!IsOne(text)) return null;
        var parts = text[Scheme.Length..].Split('/', 2);
        var prefix = parts.Length == 2 ? parts[1].Trim('/') : "";
        if (!IsBucket(parts[0]) || (prefix.Length > 0 && !ObjectNames.IsName(prefix))) return null;
        return new S3Address(parts[0], prefix.Length == 0 ? "" : prefix + "/");
    }

    private static bool IsBucket(string text) =>
        text.Length is >= 3 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
