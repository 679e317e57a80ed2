using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.RunPod;
using Serverless.RunPod;

namespace Serverless.Functions.Tests.RunPod;

/// <summary>Refit's transport and the embedded head's, side by side on a server that writes down what comes.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private const string ApiKey = "rpa_TESTKEY";

    private readonly List<Received> _received = [];
    private readonly ServiceProvider _services =
        RefitRunPodApi.AddClients(new ServiceCollection(), new RunPodOptions()).BuildServiceProvider();
    private WebApplication? _server;

    /// <summary>Every operation, with ids that need escaping.</summary>
    public static TheoryData<string> Operations =>
        ["run", "run without output", "status", "status odd id", "stream", "cancel", "retry", "purge", "health"];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_OnBothTransports_SendsTheSame(string operation)
    {
        var (refit, http) = (Refit(), new HttpRunPodApi(Endpoint, ApiKey, new RunPodOptions()));
        using var disposed = http;

        using var one = await Call(http, operation);
        using var other = await Call(refit, operation);

        _received.Count.ShouldBe(2);
        _received[1].ShouldBeEquivalentTo(_received[0]);
        _received[0].Headers["Authorization"].ShouldBe($"Bearer {ApiKey}");
        (one.StatusCode, await one.Content.ReadAsStringAsync()).ShouldBe((other.StatusCode, await other.Content.ReadAsStringAsync()));
    }

    /// <summary>The meaning of a status is decided above the transport.</summary>
    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(502)]
    public async Task Answer_OfAnyStatus_ComesBackAsItIs(int status)
    {
        _status = status;

        using var answer = await Refit().StatusAsync("job-1", default);

        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(Text);
        _received.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(" ")]
    public async Task Id_ThatIsNoPart_IsRefused(string id) =>
        await Should.ThrowAsync<ArgumentException>(() => Refit().StatusAsync(id, default));

    [Fact]
    public async Task Answer_HeadersFirst_CanBeReadWhileTheBodyIsOnItsWay()
    {
        _gate = new TaskCompletionSource();

        using var answer = await Refit().StatusAsync("job-1", default).WaitAsync(TimeSpan.FromSeconds(60));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        _gate.SetResult();
        (await answer.Content.ReadAsStringAsync()).ShouldBe(Text);
    }

    private const string Text = """{"status":"COMPLETED"}""";

    private int _status = 200;
    private TaskCompletionSource? _gate;

    private RunPodEndpoint Endpoint => RunPodEndpoint.Parse($"{_server!.Urls.First()}/v2/endpoint-1");

    private IRunPodApi Refit() =>
        RefitRunPodApi.Transport(_services.GetRequiredService<IHttpClientFactory>())(Endpoint, ApiKey, new RunPodOptions());

    private static Task<HttpResponseMessage> Call(IRunPodApi api, string operation) => operation switch
    {
        "run" => api.RunAsync(Body("""{"input":{"text":"ä\n"},"policy":{"ttl":1}}"""), default),
        "run without output" => api.RunAsync(Body("{}"), default),
        "status" => api.StatusAsync("0a1b-e1", default),
        "status odd id" => api.StatusAsync("a/b c?d=e&f%2F+ä", default),
        "stream" => api.StreamAsync("job-1", default),
        "cancel" => api.CancelAsync("job-1", default),
        "retry" => api.RetryAsync("job-1", default),
        "purge" => api.PurgeQueueAsync(default),
        _ => api.HealthAsync(default),
    };

    /// <summary>As the backend sends it.</summary>
    private static ReadOnlyMemoryContent Body(string json) =>
        new(System.Text.Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server!.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Add(new Received(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Protocol,
            context.Request.Headers.OrderBy(header => header.Key, StringComparer.Ordinal)
                .ToDictionary(header => header.Key, header => header.Value.ToString()),
            Convert.ToHexString(body.ToArray())));
        context.Response.StatusCode = _status;
        if (_status == 302) context.Response.Headers.Location = "https://elsewhere.example/";
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync();
        if (_gate is not null) await _gate.Task;
        await context.Response.WriteAsync(Text);
    }

    private sealed record Received(string Method, string Target, string Protocol, Dictionary<string, string> Headers, string Body);
}
