using System.Net;
using Microsoft.AspNetCore.Builder;
using Serverless.Core.Jobs;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Access;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_OfAWellHost_SaysWhatItIs()
    {
        await using var host = await HostHarness.StartAsync();

        var answer = (await host.GetAsync("/api/health")).With(HttpStatusCode.OK);

        answer.Text.ShouldBe("""{"status":"healthy","service":"fanout","version":"1.2.3"}""");
        (await host.GetAsync("/alive")).With(HttpStatusCode.OK);
        (await host.GetAsync("/ready")).With(HttpStatusCode.OK).Text.ShouldBe(answer.Text);
    }

    [Fact]
    public async Task Health_WhenTheBackendIsOffline_SaysWhy()
    {
        var backend = new ReportingBackend { Failure = new JobBackendException(JobErrorKind.Transient, "RunPod answered 503") };
        await using var host = await HostHarness.StartAsync();
        await using var app = await BesideAsync(host, parts => parts with { Backends = new OneBackend(backend, TimeSpan.FromSeconds(1)) });

        using var health = await host.Http.GetAsync(new Uri(app.Urls.First() + "/api/health"));
        using var ready = await host.Http.GetAsync(new Uri(app.Urls.First() + "/ready"));

        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await health.Content.ReadAsStringAsync())
            .ShouldBe("""{"status":"unhealthy","service":"fanout","version":"1.2.3","reason":"RunPod answered 503"}""");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Health_WhenNothingCanBeWritten_SaysWhyAndSoDoesEveryCall()
    {
        await using var host = await HostHarness.StartAsync();
        var broken = Task.FromResult<Exception>(new IOException("the disk is full"));
        await using var app = await BesideAsync(host, parts => parts with { Broken = broken });

        foreach (var path in new[] { "/api/health", "/ready" })
        {
            using var answer = await host.Http.GetAsync(new Uri(app.Urls.First() + path));
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync()).ShouldBe(
                """{"status":"unhealthy","service":"fanout","version":"1.2.3","reason":"nothing can be written: the disk is full"}""");
        }

        using var alive = await host.Http.GetAsync(new Uri(app.Urls.First() + "/alive"));
        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var call = await host.Http.GetAsync(new Uri(app.Urls.First() + "/api/runs"));
        call.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        call.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
    }

    /// <summary>However many ask, the platform is asked once in a while.</summary>
    [Fact]
    public async Task Endpoints_AskedByMany_AskThePlatformOnce()
    {
        var backend = new ReportingBackend();
        var clock = new ManualClock();
        await using var host = await HostHarness.StartAsync(new() { Clock = clock });
        await using var app = await BesideAsync(host, parts => parts with { Backends = new OneBackend(backend, TimeSpan.FromSeconds(1)) });
        async Task<string> AskAsync() => await host.Http.GetStringAsync(new Uri(app.Urls.First() + "/api/endpoints"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync()));

        backend.Asked.ShouldBe(1);
        answers.Distinct().ShouldHaveSingleItem().ShouldBe(
            """{"endpoints":[{"address":"reporting","chosen":true,"health":{"jobs_queued":3,"jobs_running":2,"workers_idle":1,"""
            + "\"workers_starting\":0,\"workers_running\":2,\"workers_throttled\":0,\"workers_unhealthy\":0}}]}");
        clock.Advance(TimeSpan.FromSeconds(11));
        await AskAsync();
        backend.Asked.ShouldBe(2);
    }

    /// <summary>Another host over the same engine and store.</summary>
    private static async Task<WebApplication> BesideAsync(HostHarness host, Func<HostParts, HostParts> change)
    {
        var app = FanOutHost.Create(change(host.Parts), host.Log);
        app.Urls.Clear();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        return app;
    }

    private sealed class ReportingBackend : IJobBackend, IReportsHealth
    {
        private int _asked;

        public JobBackendException? Failure { get; init; }

        public int Asked => Volatile.Read(ref _asked);

        public string Address => "reporting";

        public Task<BackendHealth> GetHealthAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Failure is not null) throw Failure;
            return Task.FromResult(new BackendHealth
            {
                JobsQueued = 3,
                JobsRunning = 2,
                WorkersIdle = 1,
                WorkersStarting = 0,
                WorkersRunning = 2,
                WorkersThrottled = 0,
                WorkersUnhealthy = 0,
            });
        }

        public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken) => throw Never();

        public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken) => throw Never();

        public Task CancelAsync(JobReference job, CancellationToken cancellationToken) => throw Never();

        private static InvalidOperationException Never() => new("No job is run here.");
    }
}
