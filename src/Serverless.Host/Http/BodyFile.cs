using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Host.Http;

/// <summary>A request's JSON body in a temporary file: it is read more than once, and memory does not grow with it.</summary>
internal static class BodyFile
{
    /// <summary>Takes the whole body in. The file is gone when the stream is disposed.</summary>
    /// <exception cref="ProblemException">The body is of another kind.</exception>
    public static async Task<FileStream> TakeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RequireJson(request);
        var file = TemporaryFile.Create();
        try
        {
            await request.Body.CopyToAsync(file, cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static void RequireJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported("Content-Type", request.ContentType, "application/json");
        }

        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Unsupported("Content-Type", request.ContentType, "application/json in UTF-8");
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding and not "identity")
            throw Unsupported("Content-Encoding", encoding, "a body as it is");
    }

    private static ProblemException Unsupported(string header, string? value, string allowed) => new(
        Problem.UnsupportedMediaType, $"{header} is {Shown.Text(value)}; allowed is {allowed}.", header);
}
