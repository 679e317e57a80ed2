using Microsoft.AspNetCore.Http;
using Serverless.Host.Http;
using Serverless.Protocol;

namespace Serverless.Host.Work;

/// <summary>Whether host and agent speak the same version. Every answer says which the host speaks.</summary>
internal static class WorkVersion
{
    /// <exception cref="ProblemException">They do not.</exception>
    public static void Check(HttpContext context)
    {
        // Set last, since an answer that is a problem begins with empty headers.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[ProtocolVersion.Header] = ProtocolVersion.SpokenText;
            return Task.CompletedTask;
        });
        var header = context.Request.Headers[ProtocolVersion.Header].ToString();
        if (ProtocolVersion.IsSpoken(header)) return;
        throw new ProblemException(
            Problem.UnsupportedProtocol,
            $"{ProtocolVersion.Header} is {Shown.Text(header)}; this host speaks {ProtocolVersion.SpokenText}. "
            + "Use an agent of its version.",
            ProtocolVersion.Header)
        {
            More = new Dictionary<string, object?> { ["spoken"] = ProtocolVersion.SpokenText },
        };
    }
}
