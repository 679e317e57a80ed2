using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Serverless.Benchmarks.Work;

/// <summary>
/// A trivial endpoint on a free loopback port: <c>POST /run {"i":n}</c> gives <c>{"ok":true,"i":n}</c>, after a delay
/// if asked for; <c>GET /count</c> gives how many there were, <c>GET /calls</c> the number of each. Prints its URL, and ends
/// with its standard input.
/// </summary>
internal sealed class StubServer(TimeSpan delay)
{
    public const string CountPath = "/count";
    public const string CallsPath = "/calls";

    private readonly ConcurrentQueue<int> _calls = new();
    private long _count;

    public static Task RunAsync(Arguments arguments)
    {
        var delay = TimeSpan.FromMilliseconds(arguments.Decimal("delay-ms", 0));
        arguments.RefuseOthers();
        return new StubServer(delay).ServeAsync();
    }

    private async Task ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            var count = Interlocked.Read(ref _count).ToString(CultureInfo.InvariantCulture);
            await WriteAsync(context.Response, context.Request.Path == CallsPath ? $"[{string.Join(',', _calls)}]" : count);
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var number = body.RootElement.GetProperty("i").GetInt32();
        _calls.Enqueue(number);
        Interlocked.Increment(ref _count);
        if (delay > TimeSpan.Zero) await Task.Delay(delay, TimeProvider.System, context.RequestAborted);
        await WriteAsync(context.Response, $"{{\"ok\":true,\"i\":{number}}}");
    }

    private static Task WriteAsync(HttpResponse response, string json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(Encoding.ASCII.GetBytes(json)).AsTask();
    }
}
