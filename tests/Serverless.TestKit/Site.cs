using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.TestKit;

/// <summary>A web server on this machine that answers everything the same way; a redirect leads back to itself.</summary>
public sealed class Site : IDisposable
{
    private readonly IHost _server;
    private int _calls;

    /// <summary>Starts one.</summary>
    public Site(int status, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, status, body));
        app.Start();
        Address = new Uri(app.Urls.Single());
        _server = app;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private Task AnswerAsync(HttpContext context, int status, string body)
    {
        Interlocked.Increment(ref _calls);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status302Found) context.Response.Headers.Location = Address.AbsoluteUri;
        return context.Response.WriteAsync(body);
    }
}
