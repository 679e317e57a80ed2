using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Host.Schedule;

namespace Serverless.Host;

/// <summary>
/// The HTTP service without a server of its own: a platform that listens hands it the requests. The same routes, checks and
/// answers as where it listens by itself.
/// </summary>
public sealed class HostPipeline : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RequestDelegate _answer;

    private readonly CancellationTokenRegistration _stop;

    internal HostPipeline(WebApplication app, IHostApplicationLifetime platform)
    {
        _app = app;
        _stop = platform.ApplicationStopping.Register(app.Lifetime.StopApplication);
        app.UseEndpoints(static _ => { });
        _answer = ((IApplicationBuilder)app).Build();
    }

    /// <summary>Starts the run of a day when the platform's timer says so.</summary>
    public DueRun DueRun => _app.Services.GetRequiredService<DueRun>();

    /// <summary>Answers a request. Its path is looked up anew: what the platform made of it is put back afterwards.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (services, endpoint, values) = (context.RequestServices, context.GetEndpoint(), context.Request.RouteValues);
        await using var scope = _app.Services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        context.SetEndpoint(null);
        context.Request.RouteValues = new RouteValueDictionary();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = HostLimits.MaxBodyBytes;
        try
        {
            await _answer(context);
        }
        finally
        {
            context.RequestServices = services;
            context.SetEndpoint(endpoint);
            context.Request.RouteValues = values;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.DisposeAsync();
        await _app.DisposeAsync();
    }
}
