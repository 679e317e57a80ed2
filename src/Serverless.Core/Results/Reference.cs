using System.Security.Cryptography;
using System.Text.Json;

namespace Serverless.Core.Results;

/// <summary>
/// A claim check as workers and we exchange it: where something large is, in place of it, with what it takes to be sure of it:
/// <c>{"ref":"s3://…|https://…","bytes":…,"sha256":…}</c>.
/// </summary>
/// <param name="Url">Where it is. May hold a signature, so it is not for people.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, as 64 lower-case hexadecimal digits.</param>
public sealed record Reference(Uri Url, int Bytes, string Sha256)
{
    /// <summary>Whether a value is one, well formed or not.</summary>
    public static bool IsOne(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("ref"u8, out _);

    /// <summary>Reads one.</summary>
    /// <param name="value">What <see cref="IsOne"/> says yes to.</param>
    /// <param name="maxBytes">How large what it stands for may be.</param>
    /// <returns>The reference, or what is wrong with it.</returns>
    public static (Reference? Reference, string? Problem) Read(JsonElement value, int maxBytes)
    {
        var url = value.GetProperty("ref"u8);
        if (url.ValueKind != JsonValueKind.String || !Uri.TryCreate(url.GetString(), UriKind.Absolute, out var address))
            return (null, "\"ref\" is not a URL");
        if (!value.TryGetProperty("bytes"u8, out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var bytes)
            || bytes < 1 || bytes > maxBytes)
        {
            return (null, $"\"bytes\" of its reference is not a whole number from 1 to {maxBytes}");
        }

        if (!value.TryGetProperty("sha256"u8, out var hash) || hash.ValueKind != JsonValueKind.String
            || hash.GetString() is not { Length: 64 } digest || !digest.All(char.IsAsciiHexDigit))
        {
            return (null, "\"sha256\" of its reference is not 64 hexadecimal digits");
        }

        return (new Reference(address, bytes, digest.ToLowerInvariant()), null);
    }

    /// <summary>Writes it as a value.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("ref"u8, Url.AbsoluteUri);
        json.WriteNumber("bytes"u8, Bytes);
        json.WriteString("sha256"u8, Sha256);
        json.WriteEndObject();
    }

    /// <summary>Reads what it stands for and makes sure of it.</summary>
    /// <returns>The content, or why it is not what was meant.</returns>
    public async Task<(ReadOnlyMemory<byte> Content, string? Problem)> FetchAsync(Stream source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);

        // One byte more, so that anything beyond the end is noticed.
        var content = new byte[Bytes + 1];
        var count = await source.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        if (count > Bytes) return (default, $"what its reference names is larger than the {Bytes} bytes that it says");
        if (count < Bytes) return (default, $"what its reference names has {count} bytes, not the {Bytes} that it says");
        var found = content.AsMemory(0, count);
        var digest = Convert.ToHexStringLower(SHA256.HashData(found.Span));
        return digest == Sha256 ? (found, null) : (default, $"what its reference names has the SHA-256 {digest}, not {Sha256}");
    }

    /// <summary>Never shows a signature.</summary>
    public override string ToString() => $"{Bytes} bytes, SHA-256 {Sha256}";
}
