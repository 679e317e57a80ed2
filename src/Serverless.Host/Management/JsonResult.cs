using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Serverless.Host.Management;

/// <summary>An answer that is written as JSON, values from the database as they are stored there.</summary>
internal sealed class JsonResult(int statusCode, Action<Utf8JsonWriter> write) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = statusCode;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter);
        write(json);
    }
}
