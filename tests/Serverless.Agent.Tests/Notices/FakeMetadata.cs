using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Agent.Tests.Notices;

/// <summary>
/// The metadata servers of AWS, Google and Azure over real HTTP, at one address, as each is documented: AWS asks for a token,
/// Google and Azure for their header.
/// </summary>
internal sealed class FakeMetadata : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SignalledLines _calls = new();
    private readonly TaskCompletionSource _preemptedChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _tokens;

    private FakeMetadata(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/");

    /// <summary>Every call so far: method, path and query.</summary>
    public IReadOnlyList<string> Calls => _calls.All;

    /// <summary>AWS's <c>spot/instance-action</c>; null is 404.</summary>
    public string? InstanceAction { get; set; }

    /// <summary>AWS's <c>events/recommendations/rebalance</c>; null is 404.</summary>
    public string? Rebalance { get; set; }

    /// <summary>Azure's document of events.</summary>
    public string Events { get; set; } = """{"DocumentIncarnation":1,"Events":[]}""";

    /// <summary>What was posted to Azure.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>Which provider's calls are answered; the others are 404.</summary>
    public string Provider { get; init; } = "";

    /// <summary>Whether every call fails.</summary>
    public bool IsBroken { get; set; }

    private bool IsPreempted { get; set; }

    public static async Task<FakeMetadata> StartAsync(string provider)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var fake = new FakeMetadata(app) { Provider = provider };
        app.Run(fake.AnswerAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Tokens that were given before are none any more.</summary>
    public void ForgetTokens() => Interlocked.Increment(ref _tokens);

    /// <summary>Completes once such a call has come.</summary>
    public Task WhenCalled(string part) => _calls.WhenAny(call => call.Contains(part, StringComparison.Ordinal));

    /// <summary>Google takes the machine.</summary>
    public void Preempt()
    {
        IsPreempted = true;
        _preemptedChanged.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _preemptedChanged.TrySetResult();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _calls.Add($"{context.Request.Method} {path}{context.Request.QueryString}");
        if (IsBroken) return Say(context, 500, "broken");
        return Provider switch
        {
            "aws" => AwsAsync(context, path),
            "google" => GoogleAsync(context, path),
            "azure" => AzureAsync(context, path),
            _ => Say(context, 404, "nobody is here"),
        };
    }

    private Task AwsAsync(HttpContext context, string path)
    {
        var token = $"token-{_tokens}";
        if (path == "/latest/api/token")
        {
            var isAsked = context.Request is { Method: "PUT" } request
                && int.TryParse(request.Headers["X-aws-ec2-metadata-token-ttl-seconds"], CultureInfo.InvariantCulture, out var ttl)
                && ttl is > 0 and <= 21600;
            return Say(context, isAsked ? 200 : 400, token);
        }

        if (context.Request.Headers["X-aws-ec2-metadata-token"] != token) return Say(context, 401, "Unauthorized");
        var value = path switch
        {
            "/latest/meta-data/instance-id" => "i-0123456789abcdef0",
            "/latest/meta-data/spot/instance-action" => InstanceAction,
            "/latest/meta-data/events/recommendations/rebalance" => Rebalance,
            _ => null,
        };
        return value is null ? Say(context, 404, "Not Found") : Say(context, 200, value);
    }

    private async Task GoogleAsync(HttpContext context, string path)
    {
        context.Response.Headers["Metadata-Flavor"] = "Google";
        if (context.Request.Headers["Metadata-Flavor"] != "Google") await Say(context, 403, "Missing Metadata-Flavor:Google header.");
        else if (path == "/computeMetadata/v1/instance/id") await Say(context, 200, "1234567890");
        else if (path != "/computeMetadata/v1/instance/preempted") await Say(context, 404, "Not Found");
        else
        {
            var query = context.Request.Query;
            if (query["wait_for_change"] == "true" && query["last_etag"] == ETag)
                await _preemptedChanged.Task.WaitAsync(context.RequestAborted);
            context.Response.Headers.ETag = ETag;
            await Say(context, 200, IsPreempted ? "TRUE" : "FALSE");
        }
    }

    private string ETag => IsPreempted ? "fedc9876" : "abcd1234";

    private async Task AzureAsync(HttpContext context, string path)
    {
        if (context.Request.Headers["Metadata"] != "true") await Say(context, 400, "Bad Request");
        else if (path == "/metadata/instance/compute/name") await Say(context, 200, "trainer-7");
        else if (path != "/metadata/scheduledevents") await Say(context, 404, "Not Found");
        else if (context.Request.Method == "POST")
        {
            using var reader = new StreamReader(context.Request.Body);
            Acknowledged.Enqueue(await reader.ReadToEndAsync());
            await Say(context, 200, "");
        }
        else await Say(context, 200, Events);
    }

    private static Task Say(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }
}
