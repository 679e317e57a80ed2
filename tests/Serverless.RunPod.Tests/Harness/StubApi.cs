using System.Net;
using System.Text;

namespace Serverless.RunPod.Tests.Harness;

/// <summary>A transport without a network: every operation gets what <paramref name="answer"/> gives.</summary>
internal sealed class StubApi(Func<HttpResponseMessage> answer) : IRunPodApi
{
    private int _calls;

    public Func<HttpResponseMessage> Answer { get; set; } = answer;

    public int Calls => _calls;

    public static HttpResponseMessage Response(int code, string body, string contentType = "application/json") =>
        new((HttpStatusCode)code) { Content = new StringContent(body, Encoding.UTF8, contentType) };

    public Task<HttpResponseMessage> RunAsync(HttpContent body, CancellationToken cancellationToken) => NextAsync();

    public Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken) => NextAsync();

    public Task<HttpResponseMessage> StreamAsync(string id, CancellationToken cancellationToken) => NextAsync();

    public Task<HttpResponseMessage> CancelAsync(string id, CancellationToken cancellationToken) => NextAsync();

    public Task<HttpResponseMessage> RetryAsync(string id, CancellationToken cancellationToken) => NextAsync();

    public Task<HttpResponseMessage> PurgeQueueAsync(CancellationToken cancellationToken) => NextAsync();

    public Task<HttpResponseMessage> HealthAsync(CancellationToken cancellationToken) => NextAsync();

    private async Task<HttpResponseMessage> NextAsync()
    {
        Interlocked.Increment(ref _calls);
        await Task.Yield();
        return Answer();
    }
}
