using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Agent.Health;

/// <summary>
/// Tells over HTTP how the agent is: <c>GET /health</c>, 503 when it needs a person. <c>POST /restart</c>, from this machine only,
/// says that a person has looked.
/// </summary>
internal sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HealthServer> StartAsync(
        Uri address, Func<AgentStatus> status, Action allow, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(address.GetLeftPart(UriPartial.Authority));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.MapGet("/health", context => AnswerAsync(context, status()));
        app.MapPost("/restart", context => RestartAsync(context, allow));
        await app.StartAsync(cancellationToken);
        return new HealthServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext context, AgentStatus status)
    {
        context.Response.StatusCode = status.Status == "healthy" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(status, AgentJson.Default.AgentStatus, cancellationToken: context.RequestAborted);
    }

    private static Task RestartAsync(HttpContext context, Action allow)
    {
        var isLocal = context.Connection.RemoteIpAddress is { } caller && System.Net.IPAddress.IsLoopback(caller);
        if (isLocal) allow();
        context.Response.StatusCode = isLocal ? StatusCodes.Status202Accepted : StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
