using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Serverless.Core.Settings;
using Serverless.Host.Http;

namespace Serverless.Host.Auth;

/// <summary>How many requests a caller may send: a bucket for each key, and for each address that shows none of ours, so that
/// keys cannot be tried out any faster either.</summary>
internal static class RequestPace
{
    public static void Configure(RateLimiterOptions limiter, FanOutSettings settings, Callers callers)
    {
        // Open to all are the webhook, which comes only twice more when it is refused, and health: whoever watches over the host
        // must not be told that it is ill because others are loud.
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Access.IsOpenTo(context)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(NameOf(callers, context), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 2 * settings.MaxRequestsPerSecond,
                TokensPerPeriod = settings.MaxRequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
        limiter.OnRejected = (rejected, _) => RefuseAsync(rejected, settings);
    }

    /// <summary>One key may be that of many pods: each of them has its own bucket.</summary>
    private static string NameOf(Callers callers, HttpContext context) =>
        Access.IsPodCall(context) && callers.FindPod(context) is { } pod
            ? $"pod:{pod.Name}:{context.Connection.RemoteIpAddress}"
            : callers.Find(context)?.Name ?? context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, FanOutSettings settings)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Problem.TooManyRequests
            .With($"More than {settings.MaxRequestsPerSecond} requests a second (MAX_REQUESTS_PER_SECOND); try again in {seconds} s.")
            .ExecuteAsync(rejected.HttpContext);
    }
}
