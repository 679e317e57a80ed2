using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Serverless.Host.Auth;

namespace Serverless.Host.Http;

/// <summary>The dashboard's files, which lie in this assembly. They hold nothing secret: what they show they ask the API
/// for, with the key that their user has.</summary>
internal static class DashboardPages
{
    private const string Prefix = "dashboard/";

    private static readonly FrozenDictionary<string, Page> Pages = Load();

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, page) in Pages)
            routes.MapGet(name == "index.html" ? "/" : "/" + name, (HttpContext context) => Send(context, page))
                .WithMetadata(Access.Open).ExcludeFromDescription();
    }

    private static FileContentHttpResult Send(HttpContext context, Page page)
    {
        // Asked for each time, and not sent again when it is the same.
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(page.Bytes, page.ContentType, entityTag: page.Tag);
    }

    private static FrozenDictionary<string, Page> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static Page Read(Assembly assembly, string name)
    {
        using var source = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
        return new Page(bytes, ContentTypeOf(name), tag);
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"Nothing is known of files that end in '{other}'."),
    };

    private sealed record Page(byte[] Bytes, string ContentType, EntityTagHeaderValue Tag);
}
