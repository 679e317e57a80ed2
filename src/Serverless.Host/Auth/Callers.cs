using Microsoft.AspNetCore.Http;
using Serverless.Core.Settings;
using Serverless.Host.Work;

namespace Serverless.Host.Auth;

/// <summary>Tells callers apart by the keys that they show, in the header <c>x-functions-key</c> or as <c>?code=</c>.</summary>
internal sealed class Callers(FanOutSettings settings)
{
    public const string Header = "x-functions-key";
    public const string Parameter = "code";

    private readonly ApiKeys? _podKeys = settings.PodKeys is { } pods ? ApiKeys.TryParse(pods) : null;

    private readonly ApiKeys? _keys = settings.ApiKey is { } setting ? ApiKeys.TryParse(setting) : null;

    /// <summary>False when there are no keys to show.</summary>
    public bool HaveKeys => _keys is not null;

    /// <summary>False when pods have no keys to show.</summary>
    public bool HavePodKeys => _podKeys is not null;

    /// <summary>Whether the caller shows any key, right or wrong.</summary>
    public static bool ShowKey(HttpRequest request) => Shown(request) is not null;

    /// <summary>The caller's key; null when it shows none, or none of ours.</summary>
    public ApiKey? Find(HttpContext context)
    {
        if (context.Features.Get<ApiKey>() is { } known) return known;
        var key = _keys is not null && Shown(context.Request) is { } shown ? _keys.Find(shown) : null;
        if (key is not null) context.Features.Set(key);
        return key;
    }

    /// <summary>The pod's key; null when it shows none, or none of ours.</summary>
    public PodKey? FindPod(HttpContext context)
    {
        if (context.Features.Get<PodKey>() is { } known) return known;
        var key = _podKeys is not null && Shown(context.Request) is { } shown ? _podKeys.Find(shown) : null;
        if (key is null) return null;
        var pod = new PodKey(key.Name);
        context.Features.Set(pod);
        return pod;
    }

    private static string? Shown(HttpRequest request) => request.Headers.TryGetValue(Header, out var header)
        ? header.ToString()
        : request.Query.TryGetValue(Parameter, out var code) ? code.ToString() : null;
}
