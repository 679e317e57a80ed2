using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Host.Http;

/// <summary>A request's body in a temporary file: it is read more than once, and memory does not grow with it.</summary>
internal static class BodyFile
{
    /// <summary>Takes the whole body in. The file is gone when the stream is disposed.</summary>
    /// <exception cref="ProblemException">The body is of another kind.</exception>
    public static async Task<FileStream> TakeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        Json.Require(request);
        var file = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
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

    /// <summary>What a body may be.</summary>
    internal static class Json
    {
        /// <exception cref="ProblemException">It is not JSON in UTF-8 as it is.</exception>
        public static void Require(HttpRequest request)
        {
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != "application/json")
            {
                throw new ProblemException(
                    Problem.UnsupportedMediaType,
                    $"Content-Type is {Shown.Text(request.ContentType)}; allowed is application/json.", "Content-Type");
            }

            if (type.Charset is { HasValue: true } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            {
                throw new ProblemException(
                    Problem.UnsupportedMediaType, $"The charset is {Shown.Text(charset.Value)}; allowed is utf-8.", "Content-Type");
            }

            if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding.ToString() != "identity")
            {
                throw new ProblemException(
                    Problem.UnsupportedMediaType,
                    $"Content-Encoding is {Shown.Text(encoding.ToString())}; send the body as it is.", "Content-Encoding");
            }
        }
    }
}
