using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
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
        // Empty: others watch files for settings, and a machine lets so many be watched at once.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ILoggerFactory>(new LoggerFactory());
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
