using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>Stands where PUBLIC_URL points, and keeps the first token that a job reports with.</summary>
internal sealed class WebhookCatcher(WebApplication app) : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> _token = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address => app.Urls.First();

    public Task<string> Token => _token.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public static async Task<WebhookCatcher> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var catcher = new WebhookCatcher(app);
        app.MapPost("/api/runpod/webhook/{token}", (string token) =>
        {
            catcher._token.TrySetResult(token);
            return TypedResults.Ok();
        });
        await app.StartAsync();
        return catcher;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
