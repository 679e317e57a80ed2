using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.RunPod.Tests.Harness;

/// <summary>A request as it came over the wire.</summary>
internal sealed record ReceivedRequest(
    string Method, string Target, string? Authorization, string? ContentType, byte[] Body);

/// <summary>Answers the n-th request with the n-th line of its script; the last line answers all that follow.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RequestDelegate[] _script;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly SemaphoreSlim _received = new(0);
    private int _count;

    private ScriptedServer(RequestDelegate[] script)
    {
        _script = script;
        // Empty: others watch files for settings, and a machine lets so many be watched at once.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddSingleton<ILoggerFactory>(new LoggerFactory());
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public RunPodEndpoint Endpoint => RunPodEndpoint.Parse($"{_app.Urls.Single()}/v2/ep7x2");

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    public static async Task<ScriptedServer> StartAsync(params RequestDelegate[] script)
    {
        var server = new ScriptedServer(script);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Completes when one more request has arrived in full.</summary>
    public async Task WhenReceivedAsync() =>
        (await _received.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue("a request should have arrived");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _received.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        _requests.Enqueue(new(
            context.Request.Method,
            target,
            context.Request.Headers.Authorization,
            context.Request.ContentType,
            body.ToArray()));
        var line = Math.Min(Interlocked.Increment(ref _count), _script.Length) - 1;
        _received.Release();
        await _script[line](context);
    }
}
