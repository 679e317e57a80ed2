using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Emulator.Http;

/// <summary>Writes answers as RunPod shapes them.</summary>
internal static class JsonAnswer
{
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Answers with one object.</summary>
    public static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> writeMembers) =>
        WriteAsync(context, StatusCodes.Status200OK, "application/json", writeMembers);

    /// <summary>Answers with the problem object that the API gives since mid-2026.</summary>
    public static Task WriteProblemAsync(HttpContext context, int status, string title, string detail) =>
        WriteAsync(context, status, "application/problem+json", json =>
        {
            json.WriteNumber("status", status);
            json.WriteString("title", title);
            json.WriteString("detail", detail);
        });

    public static Task WriteBadRequestAsync(HttpContext context, string detail) =>
        WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Bad Request", detail);

    public static Task WriteUnauthorizedAsync(HttpContext context) => WriteProblemAsync(
        context, StatusCodes.Status401Unauthorized, "Unauthorized", "missing or invalid api key");

    public static Task WriteJobNotFoundAsync(HttpContext context) => WriteNotFoundAsync(context, "job not found");

    public static Task WriteNotFoundAsync(HttpContext context, string detail) =>
        WriteProblemAsync(context, StatusCodes.Status404NotFound, "Not Found", detail);

    /// <summary>Answers with the older error object, which is still seen for parameters of the query.</summary>
    public static Task WriteQueryErrorAsync(HttpContext context, string error) =>
        WriteAsync(
            context, StatusCodes.Status400BadRequest, "application/json", json => json.WriteString("error", error));

    /// <summary>Answers like the edge in front of the API: with a page, not with JSON.</summary>
    public static Task WriteEdgePageAsync(HttpContext context, int status, string title)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=UTF-8";
        context.Response.Headers.Server = "cloudflare";
        var heading = string.Create(CultureInfo.InvariantCulture, $"{status} {title}");
        return context.Response.WriteAsync(
            $"<html>\n<head><title>{heading}</title></head>\n<body>\n<center><h1>{heading}</h1></center>\n"
            + "<hr><center>cloudflare</center>\n</body>\n</html>\n",
            context.RequestAborted);
    }

    private static async Task WriteAsync(
        HttpContext context, int status, string contentType, Action<Utf8JsonWriter> writeMembers)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, WriterOptions))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
