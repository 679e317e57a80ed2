using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>Reads a small JSON body.</summary>
internal static class JsonBody
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>The body's value; null when the body is empty.</summary>
    /// <exception cref="ProblemException">It is too large, or not JSON.</exception>
    public static async Task<JsonElement?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > HostLimits.MaxSmallBodyBytes) throw TooLarge();
        using var body = new MemoryStream();
        var buffer = new byte[BufferBytes];
        while (await request.Body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > HostLimits.MaxSmallBodyBytes) throw TooLarge();
            body.Write(buffer.AsSpan(0, read));
        }

        if (body.Length == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(body.GetBuffer().AsMemory(0, (int)body.Length)));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problem.InvalidJson, $"The body is not JSON in UTF-8: {e.Message}", inner: e);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private static ProblemException TooLarge() => new(
        Problem.TooLarge,
        $"The body is larger than {HostLimits.MaxSmallBodyBytes / 1024} KiB, which is all that an input or event may have.");
}
