using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests;

/// <summary>POST /run has no idempotency key: it is repeated only when the job certainly was not taken.</summary>
public sealed class SubmitTests
{
    public static TheoryData<string> LostAnswers =>
        ["500", "502", "524", "408", "page", "empty", "no id", "reset", "truncated"];

    [Fact]
    public async Task Submit_Taken_GivesTheIdAndSendsExactlyThis()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(Answers.Taken));

        (await gateway.SubmitAsync()).Value.ShouldBe("3b1e0c52-u1");

        var request = gateway.Server.Requests.ShouldHaveSingleItem();
        request.Method.ShouldBe("POST");
        request.Target.ShouldBe("/v2/ep7x2/run");
        request.Authorization.ShouldBe($"Bearer {Gateway.Key}");
        request.ContentType.ShouldBe("application/json");
        Encoding.UTF8.GetString(request.Body).ShouldBe(
            """{"input":{"chunk":0},"policy":{"executionTimeout":7200000,"ttl":86400000}}""");
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task Submit_AnswerLost_IsAmbiguousAndNotRepeated(string how)
    {
        await using var gateway = await Gateway.StartAsync(Lost(how));

        var exception = await gateway.Clock.FailureAsync(gateway.SubmitAsync());

        exception.Kind.ShouldBe(JobErrorKind.Ambiguous);
        gateway.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Submit_NoAnswerInTime_IsAmbiguousAndNotRepeated()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Silence());
        var submit = gateway.SubmitAsync();
        await gateway.Server.WhenReceivedAsync();

        gateway.Clock.Advance(TimeSpan.FromSeconds(30));

        var exception = await gateway.Clock.FailureAsync(submit);
        exception.Kind.ShouldBe(JobErrorKind.Ambiguous);
        exception.Message.ShouldContain("did not answer within 00:00:30");
        gateway.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Submit_TooManyCalls_IsRepeatedAfterTheWait()
    {
        await using var gateway = await Gateway.StartAsync(
            Answers.Json("{}", 429, retryAfter: "5"), Answers.Json(Answers.Taken));
        var submit = gateway.SubmitAsync();

        (await gateway.Clock.DriveAsync(submit)).ShouldBe([TimeSpan.FromSeconds(5)]);

        (await submit).Value.ShouldBe("3b1e0c52-u1");
        gateway.Server.Requests.Count.ShouldBe(2);
        gateway.Server.Requests[1].Body.ShouldBe(gateway.Server.Requests[0].Body);
    }

    [Fact]
    public async Task Submit_TooManyCallsForLong_IsTransient()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("{}", 429));

        (await gateway.Clock.FailureAsync(gateway.SubmitAsync())).Kind.ShouldBe(JobErrorKind.Transient);
        gateway.Server.Requests.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(413)]
    public Task Submit_Refused_IsPermanentAndNotRepeated(int code) => RefuseAsync(code, JobErrorKind.Permanent);

    [Theory]
    [InlineData(402)]
    [InlineData(403)]
    public Task Submit_WithTheAccountInTheWay_IsBlockedAndNotRepeated(int code) => RefuseAsync(code, JobErrorKind.Blocked);

    [Fact]
    public async Task Submit_NobodyListens_IsTransientAfterItsRetries()
    {
        using var closed = new ClosedPort();
        var clock = new ManualClock();
        var endpoint = RunPodEndpoint.Parse($"{closed.Address}/v2/ep7x2");
        using var api = new HttpRunPodApi(endpoint, Gateway.Key, new RunPodOptions());
        using var backend = Backend(endpoint, api, new RunPodOptions(), clock);
        var submit = backend.SubmitAsync(Requests.Small(), CancellationToken.None);

        var waits = await clock.DriveAsync(submit);

        waits.Count.ShouldBe(3);
        var exception = await Should.ThrowAsync<JobBackendException>(submit);
        exception.Kind.ShouldBe(JobErrorKind.Transient);
        exception.Message.ShouldContain("could not be reached");
    }

    [Fact]
    public async Task Submit_ConnectingTakesTooLong_IsTransientSinceNothingWasSent()
    {
        // Takes the connection and never says a word of TLS. HttpClient's connect timeout runs on the real clock.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new RunPodOptions { ConnectTimeout = TimeSpan.FromSeconds(1), MaxRetries = 0 };
        var endpoint = RunPodEndpoint.Parse($"https://{listener.LocalEndpoint}/v2/ep7x2");
        using var api = new HttpRunPodApi(endpoint, Gateway.Key, options);
        using var backend = Backend(endpoint, api, options, new ManualClock());

        var exception = await Should.ThrowAsync<JobBackendException>(
            backend.SubmitAsync(Requests.Small(), CancellationToken.None));

        exception.Kind.ShouldBe(JobErrorKind.Transient);
        exception.Message.ShouldContain("connecting took too long");
    }

    [Fact]
    public async Task Submit_CancelledOnceSent_StillLearnsTheId()
    {
        var release = new TaskCompletionSource();
        await using var gateway = await Gateway.StartAsync(Answers.After(release.Task, Answers.Json(Answers.Taken)));
        using var source = new CancellationTokenSource();
        var submit = gateway.SubmitAsync(source.Token);
        await gateway.Server.WhenReceivedAsync();

        await source.CancelAsync();
        release.SetResult();

        (await submit).Value.ShouldBe("3b1e0c52-u1");
    }

    [Fact]
    public async Task Submit_CancelledBefore_SendsNothing()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(Answers.Taken));

        await Should.ThrowAsync<OperationCanceledException>(gateway.SubmitAsync(new CancellationToken(canceled: true)));
        gateway.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_BodyTooLarge_NeverLeaves()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(Answers.Taken));
        var request = Requests.WithInput($$"""{"a":"{{new string('x', RunPodLimits.MaxRequestBytes)}}"}""");

        var exception = await Should.ThrowAsync<JobBackendException>(
            gateway.Backend.SubmitAsync(request, CancellationToken.None));

        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("bytes");
        gateway.Server.Requests.ShouldBeEmpty();
    }

    private static RunPodJobBackend Backend(
        RunPodEndpoint endpoint, HttpRunPodApi api, RunPodOptions options, ManualClock clock) =>
        new(endpoint, api, options, clock, new Random(1), new RecordedLog<RunPodJobBackend>());

    private static RequestDelegate Lost(string how) => how switch
    {
        "500" => Answers.Json("""{"error":"oops"}""", 500),
        "502" or "524" => Answers.Html(int.Parse(how)),
        "408" => Answers.Json("{}", 408),
        "page" => Answers.Html(200),
        "empty" => Answers.Json(""),
        "no id" => Answers.Json("""{"status":"IN_QUEUE"}"""),
        "reset" => Answers.Reset(),
        _ => Answers.Truncated(Answers.Taken),
    };

    private static async Task RefuseAsync(int code, JobErrorKind expected)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("""{"error":"no"}""", code));

        (await gateway.Clock.FailureAsync(gateway.SubmitAsync())).Kind.ShouldBe(expected);
        gateway.Server.Requests.Count.ShouldBe(1);
    }
}
