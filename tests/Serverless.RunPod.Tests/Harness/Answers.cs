using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Serverless.RunPod.Tests.Harness;

/// <summary>Lines of a <see cref="ScriptedServer"/>'s script.</summary>
internal static class Answers
{
    public const string Taken = """{"id":"3b1e0c52-u1","status":"IN_QUEUE"}""";

    public const string JobNotFound = """{"status":404,"title":"Not Found","detail":"job not found"}""";

    public static RequestDelegate Json(string body, int code = 200, string? retryAfter = null) =>
        Text(body, "application/json", code, retryAfter);

    public static RequestDelegate Html(int code) =>
        Text("<html><h1>Bad gateway</h1></html>", "text/html; charset=UTF-8", code);

    public static RequestDelegate Text(
        string body, string contentType, int code, string? retryAfter = null) => async context =>
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    };

    public static RequestDelegate Sized(byte[] body) => async context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    };

    public static RequestDelegate Gzip(string body) => async context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(body));
    };

    public static RequestDelegate RedirectTo(Uri target) => context =>
    {
        context.Response.StatusCode = 307;
        context.Response.Headers.Location = target.AbsoluteUri;
        return Task.CompletedTask;
    };

    public static RequestDelegate Reset() => context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Announces more than it sends, then breaks off.</summary>
    public static RequestDelegate Truncated(string body) => async context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body).AsMemory(0, body.Length - 5));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Says nothing until the client hangs up.</summary>
    public static RequestDelegate Silence() => async context =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    public static RequestDelegate After(Task release, RequestDelegate answer) => async context =>
    {
        await release;
        await answer(context);
    };
}
