using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Alerts.Tests;

/// <summary>A real HTTP server on this machine that takes alerts, remembers them, and answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    private readonly SemaphoreSlim _posted = new(0);

    private Receiver(WebApplication app) => _app = app;

    /// <summary>What was posted, in order.</summary>
    public ConcurrentQueue<Post> Posts { get; } = new();

    /// <summary>What is answered when nothing else was asked for.</summary>
    public Func<HttpContext, Task> Standard { get; set; } = context => context.Response.WriteAsync("ok");

    /// <summary>Its address, without a slash at the end.</summary>
    public string Address => _app.Urls.First();

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Answers the next post so, once.</summary>
    public void Answer(int status, string body = "", params (string Name, string Value)[] headers) => _answers.Enqueue(async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    });

    /// <summary>Answers the next post so, once.</summary>
    public void Answer(Func<HttpContext, Task> answer) => _answers.Enqueue(answer);

    /// <summary>Takes the next post and breaks the connection off without a word.</summary>
    public void BreakOff() => _answers.Enqueue(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Takes the next post, says so, and answers it only when told.</summary>
    public (Task Taken, Action Release) Hold()
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers.Enqueue(async context =>
        {
            taken.TrySetResult();
            await release.Task.WaitAsync(context.RequestAborted);
            await Standard(context);
        });
        return (taken.Task, () => release.TrySetResult());
    }

    /// <summary>Completes when so many were posted in all.</summary>
    public async Task WhenPostedAsync(int count)
    {
        for (var seen = 0; seen < count; seen++) await _posted.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _posted.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Posts.Enqueue(new Post(context.Request.Method, context.Request.Path, headers, await reader.ReadToEndAsync()));
        _posted.Release();
        await (_answers.TryDequeue(out var answer) ? answer(context) : Standard(context));
    }
}

/// <summary>What was posted.</summary>
internal sealed record Post(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
