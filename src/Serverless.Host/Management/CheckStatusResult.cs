using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Host.Management;

/// <summary>An answer with the links of an instance, and headers that say where and when to look.</summary>
/// <param name="instanceId">The instance.</param>
/// <param name="statusCode">202 for one that was started; 200 for one that was there.</param>
public sealed class CheckStatusResult(string instanceId, int statusCode = StatusCodes.Status202Accepted) : IResult
{
    /// <summary>As the Functions extension asks for.</summary>
    private const int RetryAfterSeconds = 10;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var parts = httpContext.RequestServices.GetRequiredService<HostParts>();
        var baseUrl = BaseUrl.Of(httpContext.Request, parts.Settings.PublicUrl);
        var links = CheckStatus.Of(baseUrl, instanceId, parts.Platform.LinkQuery(httpContext));
        httpContext.Response.Headers.Location = links.StatusQueryGetUri;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Json(links, ManagementJson.Default.CheckStatus, statusCode: statusCode).ExecuteAsync(httpContext);
    }
}
