using System.Net.Http.Headers;
using System.Text;

namespace Serverless.Host.Tests.BadRequests;

/// <summary>A request that has to be refused, and how.</summary>
internal sealed record BadRequest(string Name, string Method, string Path)
{
    /// <summary>The body; null sends none.</summary>
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>Sent to the host that has keys, and not to the one that is for this machine alone.</summary>
    public bool IsToKeyedHost { get; init; }

    public int Code { get; init; }

    /// <summary>The last part of the problem's type.</summary>
    public string Type { get; init; } = "";

    /// <summary>The field that it names; null when none is at fault.</summary>
    public string? Field { get; init; }

    /// <summary>What it says, in part: the value, and what is allowed.</summary>
    public string Says { get; init; } = "";

    public static BadRequest Post(string name, string body, string path = "/api/runs") =>
        new(name, "POST", path) { Body = Encoding.UTF8.GetBytes(body) };

    public static BadRequest Get(string name, string path) => new(name, "GET", path);

    public BadRequest Is(int code, string type, string? field = null, string says = "") =>
        this with { Code = code, Type = type, Field = field, Says = says };

    public BadRequest With(params (string Name, string Value)[] headers) => this with { Headers = headers };

    public HttpContent? ToContent()
    {
        if (Body is null) return null;
        var content = new ByteArrayContent(Body);
        if (ContentType.Length > 0) content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        return content;
    }
}
