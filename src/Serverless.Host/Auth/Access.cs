using Microsoft.AspNetCore.Http;

namespace Serverless.Host.Auth;

/// <summary>What a route asks of its callers, as metadata of its endpoint. Without any, a key is needed: to look for GET and
/// HEAD, to write for everything else.</summary>
/// <param name="IsOpen">True when anybody may call.</param>
/// <param name="IsForPods">True when only pods may call, with keys of their own.</param>
internal sealed record Access(bool IsOpen, bool IsForPods = false)
{
    /// <summary>Anybody may call: health, the page's own files, and what carries a proof of its own.</summary>
    public static Access Open { get; } = new(IsOpen: true);

    /// <summary>Pods may call, and nobody else.</summary>
    public static Access Pod { get; } = new(IsOpen: false, IsForPods: true);

    /// <summary>Whether this is a call of pods.</summary>
    public static bool IsPodCall(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Access>() is { IsForPods: true };

    /// <summary>Whether anybody may make this call.</summary>
    public static bool IsOpenTo(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Access>() is { IsOpen: true };

    /// <summary>Whether a call only looks.</summary>
    public static bool IsLook(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}
