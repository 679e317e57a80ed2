using System.Security.Cryptography;
using System.Text.Json;

namespace Serverless.Core.Results;

/// <summary>
/// An output that a handler has put into a store, answering only where: <c>{"ref":"s3://…","bytes":…,"sha256":…}</c>. So
/// large outputs never pass through RunPod, which loses them. Size and digest are checked before anything is believed.
/// </summary>
internal static class ReferencedOutput
{
    /// <summary>Seconds until an output that could not be had is asked for again.</summary>
    public const double RetrySeconds = 10;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Limits.MaxOutputDepth };

    /// <summary>The output itself, or why it cannot be had.</summary>
    /// <exception cref="ReferenceUnavailableException">It could not be had now.</exception>
    public static async Task<(ReadOnlyMemory<byte> Output, string? Error)> ResolveAsync(
        ReadOnlyMemory<byte> output, IReferenceReader? reader, CancellationToken cancellationToken)
    {
        if (!TryRead(output, out var reference)) return (output, null);
        if (reference.Problem is { } problem) return (default, problem);
        if (reader is null) return (default, "it is a reference, and this process fetches none (RESULT_REF_ALLOW)");
        try
        {
            return await FetchAsync(reference, reader, cancellationToken);
        }
        catch (ReferenceRefusedException e)
        {
            return (default, e.Message);
        }
        catch (IOException e)
        {
            throw new ReferenceUnavailableException($"the output's reference could not be read: {e.Message}", e);
        }
    }

    private static async Task<(ReadOnlyMemory<byte>, string?)> FetchAsync(
        Reference reference, IReferenceReader reader, CancellationToken cancellationToken)
    {
        await using var source = await reader.OpenAsync(reference.Url!, cancellationToken);

        // One byte more, so that anything beyond the end is noticed.
        var content = new byte[reference.Bytes + 1];
        var count = await source.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        if (count > reference.Bytes) return (default, $"what its reference names is larger than the {reference.Bytes} bytes that it says");
        if (count < reference.Bytes)
            return (default, $"what its reference names has {count} bytes, not the {reference.Bytes} that it says");
        var found = content.AsMemory(0, count);
        var digest = Convert.ToHexStringLower(SHA256.HashData(found.Span));
        return digest == reference.Sha256
            ? (found, null)
            : (default, $"what its reference names has the SHA-256 {digest}, not {reference.Sha256}");
    }

    private static bool TryRead(ReadOnlyMemory<byte> output, out Reference reference)
    {
        reference = new Reference(null, 0, "", null);
        if (output.IsEmpty) return false;
        try
        {
            using var document = JsonDocument.Parse(output, Options);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("ref"u8, out var url)) return false;
            reference = Read(root, url);
            return true;
        }
        catch (JsonException)
        {
            // Not JSON: whoever reads outputs says so.
            return false;
        }
    }

    private static Reference Read(JsonElement root, JsonElement url)
    {
        if (url.ValueKind != JsonValueKind.String || !Uri.TryCreate(url.GetString(), UriKind.Absolute, out var address))
            return Wrong("\"ref\" is not a URL");
        if (!root.TryGetProperty("bytes"u8, out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var bytes)
            || bytes is < 1 or > Limits.MaxReferencedBytes)
        {
            return Wrong($"\"bytes\" of its reference is not a whole number from 1 to {Limits.MaxReferencedBytes}");
        }

        if (!root.TryGetProperty("sha256"u8, out var hash) || hash.ValueKind != JsonValueKind.String
            || hash.GetString() is not { Length: 64 } digest || !digest.All(char.IsAsciiHexDigit))
        {
            return Wrong("\"sha256\" of its reference is not 64 hexadecimal digits");
        }

        return new Reference(address, bytes, digest.ToLowerInvariant(), null);
    }

    private static Reference Wrong(string problem) => new(null, 0, "", problem);

    private sealed record Reference(Uri? Url, int Bytes, string Sha256, string? Problem);
}
