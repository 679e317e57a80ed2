using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.Emulator.Tests.Support;

/// <summary>Takes webhooks on a free port and answers with the codes it was given, the last one for ever.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    /// <summary>In place of a code: takes the webhook and says nothing until the sender hangs up.</summary>
    public const int NoAnswer = 0;

    private readonly WebApplication _app;
    private readonly Channel<Webhook> _received = Channel.CreateUnbounded<Webhook>();

    private WebhookReceiver(int[] codes)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ILoggerFactory>(new LoggerFactory());
        _app = builder.Build();
        var count = 0;
        _app.Run(async context =>
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            var code = codes[Math.Min(Interlocked.Increment(ref count), codes.Length) - 1];
            var agent = context.Request.Headers.UserAgent.ToString();
            await _received.Writer.WriteAsync(new Webhook(body.RootElement, agent, context.Request.ContentType));
            if (code == NoAnswer) await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            context.Response.StatusCode = code;
        });
    }

    public string Url => $"{_app.Urls.Single()}/hook/9f3c";

    /// <summary>Webhooks that came and were not read yet.</summary>
    public int Waiting => _received.Reader.Count;

    public static async Task<WebhookReceiver> StartAsync(params int[] codes)
    {
        var receiver = new WebhookReceiver(codes);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async Task<Webhook> NextAsync() => await _received.Reader.ReadAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed record Webhook(JsonElement Body, string UserAgent, string? ContentType);
