using System.Net;
using Serverless.Agent.Supervision;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Supervision;

public sealed class VitalSignTests
{
    /// <summary>A server may die under a job while its answer to a probe is on its way.</summary>
    [Fact]
    public async Task Probe_AnsweredAfterAWhile_ShowsThatItLivedWhenItWasAsked()
    {
        var clock = new ManualClock();
        var askedAt = clock.GetUtcNow();
        using var slow = new Slow(clock);
        using var http = new HttpClient(slow);
        var sign = new HttpProbeSign(new Uri("http://127.0.0.1/health"), http, clock);

        (await sign.LookAsync(new FakeWorker(1), default)).ShouldBe(askedAt);
    }

    /// <summary>A server whose answers take a second.</summary>
    private sealed class Slow(ManualClock clock) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
