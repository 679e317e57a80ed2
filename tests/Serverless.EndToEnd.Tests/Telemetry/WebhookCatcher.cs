using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>Stands where PUBLIC_URL points, passes reports on to the host, and keeps the first token that one came with.</summary>
internal sealed class WebhookCatcher(WebApplication app) : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> _token = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address => app.Urls.First();

    /// <summary>Where the host listens, once it does.</summary>
    public Uri? Host { get; set; }

    public Task<string> Token => _token.Task.WaitAsync(TimeSpan.FromMinutes(5));

    public static async Task<WebhookCatcher> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var catcher = new WebhookCatcher(app);
        app.MapPost("/api/runpod/webhook/{token}", async (string token, HttpRequest request) =>
        {
            catcher._token.TrySetResult(token);
            using var body = new StreamContent(request.Body);
            using var http = new HttpClient { BaseAddress = catcher.Host };
            using var answer = await http.PostAsync(new Uri(request.Path, UriKind.Relative), body, request.HttpContext.RequestAborted);
            return TypedResults.StatusCode((int)answer.StatusCode);
        });
        await app.StartAsync();
        return catcher;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
