using System.Text.Json;

namespace Serverless.Core.Results;

/// <summary>
/// An output that a handler has put into a store, answering only its <see cref="Reference"/>. So large outputs never pass
/// through RunPod, which loses them. Size and digest are checked before anything is believed.
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
        if (TryRead(output) is not { } read) return (output, null);
        if (read.Reference is not { } reference) return (default, read.Problem);
        if (reader is null) return (default, "it is a reference, and this process fetches none (RESULT_REF_ALLOW)");
        try
        {
            await using var source = await reader.OpenAsync(reference.Url, cancellationToken);
            return await reference.FetchAsync(source, cancellationToken);
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

    private static (Reference? Reference, string? Problem)? TryRead(ReadOnlyMemory<byte> output)
    {
        if (output.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(output, Options);
            return Reference.IsOne(document.RootElement) ? Reference.Read(document.RootElement, Limits.MaxReferencedBytes) : null;
        }
        catch (JsonException)
        {
            // Not JSON: whoever reads outputs says so.
            return null;
        }
    }
}
