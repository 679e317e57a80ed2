using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Core.Settings;
using Serverless.Host.Http;
using Serverless.Host.Work;

namespace Serverless.Host.Auth;

/// <summary>
/// Lets in who shows a key. Without keys the host listens on this machine only,
/// and then it answers only to this machine's names and to pages of its own: no site that a person here visits can call it
/// through their browser.
/// </summary>
internal sealed partial class AccessMiddleware(
    RequestDelegate next, Callers callers, HostParts parts, ILogger<AccessMiddleware> log)
{
    /// <summary>Refuses to listen where strangers are without keys.</summary>
    /// <exception cref="HostSettingsException">It would.</exception>
    public static void Check(FanOutSettings settings)
    {
        if (settings.ApiKey is not null || settings.ListenUrl.IsLoopback) return;
        throw new HostSettingsException(
            $"LISTEN_URL is {settings.ListenUrl.AbsoluteUri}, which others can reach, and API_KEY is not set. "
            + "Set API_KEY, or listen on http://127.0.0.1 only.");
    }

    public async Task InvokeAsync(HttpContext context)
    {
        RefuseForeignPages(context.Request);
        if (Access.IsPodCall(context)) IdentifyPod(context);
        else if (!parts.Platform.ChecksCallers && !Access.IsOpenTo(context)) Identify(context);
        await next(context);
    }

    private void Identify(HttpContext context)
    {
        if (!callers.HaveKeys)
        {
            RefuseForeignNames(context.Request);
            return;
        }

        if (callers.Find(context) is not { } key)
        {
            if (!Callers.ShowKey(context.Request)) throw NoKey();
            LogWrongKey(context.Connection.RemoteIpAddress?.ToString(), context.Request.Method, context.Request.Path);
            throw new ProblemException(Problem.Unauthorized, "The key is none of this host's.");
        }

        if (!key.MayWrite && !Access.IsLook(context.Request))
            throw new ProblemException(Problem.Forbidden, $"The key \"{key.Name}\" may only look.");
    }

    private void IdentifyPod(HttpContext context)
    {
        if (callers.FindPod(context) is not null) return;
        if (!callers.HavePodKeys && !callers.HaveKeys)
        {
            RefuseForeignNames(context.Request);
            context.Features.Set(PodKey.Local);
            return;
        }

        if (!callers.HavePodKeys)
            throw new ProblemException(Problem.Forbidden, "POD_KEYS is not set, so no pod may call this host.");
        if (callers.Find(context) is { } person)
            throw new ProblemException(Problem.Forbidden, $"The key \"{person.Name}\" is none of a pod; POD_KEYS has those.");
        if (!Callers.ShowKey(context.Request)) throw NoKey();
        LogWrongKey(context.Connection.RemoteIpAddress?.ToString(), context.Request.Method, context.Request.Path);
        throw new ProblemException(Problem.Unauthorized, "The key is none of this host's pods.");
    }

    private static ProblemException NoKey() => new(
        Problem.Unauthorized, $"No key was sent. Send one in the header {Callers.Header} or as ?{Callers.Parameter}=.");

    /// <summary>A name of somebody else's may have been pointed at this machine.</summary>
    private static void RefuseForeignNames(HttpRequest request)
    {
        var host = request.Host.Host.Trim('[', ']');
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return;
        if (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address)) return;
        throw new ProblemException(
            Problem.Forbidden, $"This host has no API_KEY, so it answers to localhost only, not to \"{host}\".", "Host");
    }

    /// <summary>Browsers say which site a request comes from.</summary>
    private static void RefuseForeignPages(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "" or "same-origin" or "none" || Access.IsLook(request)) return;
        throw new ProblemException(Problem.Forbidden, "Pages of other sites may not call this host.", "Sec-Fetch-Site");
    }

    [LoggerMessage(1, LogLevel.Warning, "A wrong key was sent from {Address} to {Method} {Path}")]
    private partial void LogWrongKey(string? address, string method, string path);
}
