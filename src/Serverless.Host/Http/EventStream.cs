using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Host.Live;

namespace Serverless.Host.Http;

/// <summary>A board as server-sent events. Written here because the framework's writer has no comments, which keep
/// connections open through proxies. A client that takes nothing is cut off by the server's minimum data rate.</summary>
/// <param name="lease">The place before the board.</param>
/// <param name="first">What is sent first.</param>
/// <param name="time">The clock.</param>
/// <param name="maxTime">How long the stream may last; null, as long as it likes.</param>
/// <param name="maxEvents">How many events it may have.</param>
internal sealed class EventStream(
    FeedLease lease, LiveView first, TimeProvider time, TimeSpan? maxTime = null, int maxEvents = HostLimits.MaxEventsPerStream)
    : IResult
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private int _sent;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var watching = lease;
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await response.WriteAsync("retry: 1000\n\n", stop.Token);
            await SendAsync(response, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone, or the host stops: a browser comes again by itself.
        }
    }

    private async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var view = first;
        var endsAt = maxTime is { } limit ? time.GetUtcNow() + limit : DateTimeOffset.MaxValue;
        while (true)
        {
            foreach (var item in view.Events) await WriteAsync(response, item, view.Version, cancellationToken);
            if (view.End is { } end) await WriteAsync(response, end, view.Version, cancellationToken);
            var reached = _sent >= maxEvents ? "event-limit" : time.GetUtcNow() >= endsAt ? "time-limit" : null;
            if (reached is not null && !view.IsClosed)
                await WriteAsync(response, new LiveEvent(reached, "{}"u8.ToArray()), view.Version, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            if (view.IsClosed || reached is not null) return;
            while (!await IsChangedAsync(view, endsAt, cancellationToken))
            {
                if (time.GetUtcNow() >= endsAt) break;
                await response.WriteAsync(": keep-alive\n\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }

            view = lease.Board.Since(view.Version);
        }
    }

    /// <returns>False when it is time to show that the line is alive.</returns>
    private async Task<bool> IsChangedAsync(LiveView view, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = endsAt - time.GetUtcNow();
        await Task.WhenAny(view.Changed, Task.Delay(left < KeepAlive ? Max(left, TimeSpan.Zero) : KeepAlive, time, wait.Token));
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return view.Changed.IsCompleted;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private async Task WriteAsync(HttpResponse response, LiveEvent item, long version, CancellationToken cancellationToken)
    {
        _sent++;
        var id = item.Id ?? version.ToString(CultureInfo.InvariantCulture);
        await response.WriteAsync($"id: {id}\nevent: {item.Name}\ndata: ", cancellationToken);
        await response.Body.WriteAsync(item.Json, cancellationToken);
        await response.WriteAsync("\n\n", cancellationToken);
    }
}
