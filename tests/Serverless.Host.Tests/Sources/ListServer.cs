using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Sources;

/// <summary>A server of lists on a port of this machine.</summary>
internal sealed class ListServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ListServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What was asked for: the path with its query.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<ListServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ListServer(app);
        app.Run(context =>
        {
            server.Asked.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
            return answer(context);
        });
        await app.StartAsync().WaitAsync(HostHarness.Patience);
        return server;
    }

    /// <summary>A server that gives one text.</summary>
    public static Task<ListServer> OfAsync(string text, string? contentType = "application/json", int status = 200) =>
        StartAsync(context =>
        {
            context.Response.StatusCode = status;
            if (contentType is not null) context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text)).AsTask();
        });

    public string Url(string path) => new Uri(Address, path).AbsoluteUri;

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
