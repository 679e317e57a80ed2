using Microsoft.AspNetCore.Http;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests;

/// <summary>Calls that may be made twice are, and with growing waits.</summary>
public sealed class RetryTests
{
    private const string Completed = """{"status":"COMPLETED","output":1}""";

    public static TheoryData<string> PassingTroubles => ["503", "html", "truncated", "reset", "429", "stateless"];

    [Theory]
    [MemberData(nameof(PassingTroubles))]
    public async Task Check_TroubleThatPasses_IsRepeatedUntilItHas(string trouble)
    {
        await using var gateway = await Gateway.StartAsync(Trouble(trouble), Trouble(trouble), Answers.Json(Completed));

        var snapshot = await gateway.Clock.ResultAsync(gateway.CheckAsync());

        snapshot.State.ShouldBe(JobState.Completed);
        gateway.Server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Check_TroubleThatStays_IsATransientErrorAfterTheLastRetry(int retries)
    {
        var options = new RunPodOptions { MaxRetries = retries };
        await using var gateway = await Gateway.StartAsync(options, Answers.Html(502));

        var exception = await gateway.Clock.FailureAsync(gateway.CheckAsync());

        exception.Kind.ShouldBe(JobErrorKind.Transient);
        exception.Message.ShouldContain("GET /status: answered 502");
        gateway.Server.Requests.Count.ShouldBe(1 + retries);
    }

    [Fact]
    public async Task Check_NoAnswerInTime_IsAskedAgain()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Silence(), Answers.Json(Completed));
        var check = gateway.CheckAsync();
        await gateway.Server.WhenReceivedAsync();

        gateway.Clock.Advance(TimeSpan.FromSeconds(29.9));
        check.IsCompleted.ShouldBeFalse();
        gateway.Clock.Advance(TimeSpan.FromSeconds(0.1));

        (await gateway.Clock.ResultAsync(check)).State.ShouldBe(JobState.Completed);
        gateway.Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Check_Refusal_IsNotRepeated()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("{}", 401));

        (await gateway.Clock.FailureAsync(gateway.CheckAsync())).Kind.ShouldBe(JobErrorKind.Permanent);
        gateway.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Check_RetryAfter_IsTheWait()
    {
        await using var gateway = await Gateway.StartAsync(
            Answers.Json("{}", 429, retryAfter: "7"),
            Answers.Json("{}", 503, retryAfter: "11"),
            Answers.Json(Completed));

        var waits = await gateway.Clock.DriveAsync(gateway.CheckAsync());

        waits.ShouldBe([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(11)]);
    }

    [Fact]
    public async Task Check_429_RestsTheOtherCallsOfTheOperationToo()
    {
        await using var gateway = await Gateway.StartAsync(
            new RunPodOptions { MaxRetries = 0 }, Answers.Json("{}", 429, retryAfter: "7"), Answers.Json(Completed));
        await gateway.Clock.FailureAsync(gateway.CheckAsync());

        var waits = await gateway.Clock.DriveAsync(gateway.CheckAsync());

        waits.ShouldBe([TimeSpan.FromSeconds(7)]);
        gateway.Log.Lines.ShouldContain(line => line.Contains("has hit the rate limit and rests for 00:00:07"));
    }

    [Fact]
    public async Task Check_429WithoutRetryAfter_RestsForTheDefault()
    {
        await using var gateway = await Gateway.StartAsync(
            new RunPodOptions { MaxRetries = 0 }, Answers.Html(429), Answers.Json(Completed));
        await gateway.Clock.FailureAsync(gateway.CheckAsync());

        (await gateway.Clock.DriveAsync(gateway.CheckAsync())).ShouldBe([TimeSpan.FromSeconds(2)]);
    }

    [Fact]
    public async Task Check_SameSeed_WaitsTheSameJitteredTimes()
    {
        var waits = await WaitsAsync(seed: 1);

        waits.Count.ShouldBe(6);
        waits.ShouldAllBe(wait => wait > TimeSpan.Zero && wait <= TimeSpan.FromSeconds(10));
        (await WaitsAsync(seed: 1)).ShouldBe(waits);
        (await WaitsAsync(seed: 2)).ShouldNotBe(waits);
    }

    [Fact]
    public async Task Cancel_TroubleThatPasses_IsRepeated()
    {
        await using var gateway = await Gateway.StartAsync(
            Answers.Html(502), Answers.Reset(), Answers.Json("""{"id":"j1","status":"CANCELLED"}"""));
        var cancel = gateway.CancelAsync();

        await gateway.Clock.DriveAsync(cancel);
        await cancel;

        gateway.Server.Requests.Select(request => $"{request.Method} {request.Target}").Distinct()
            .ShouldHaveSingleItem().ShouldBe("POST /v2/ep7x2/cancel/j1");
        gateway.Server.Requests.Count.ShouldBe(3);
    }

    private static async Task<List<TimeSpan>> WaitsAsync(int seed)
    {
        var options = new RunPodOptions { MaxRetries = 6, MaxRetryDelay = TimeSpan.FromSeconds(10) };
        var clock = new ManualClock();
        var endpoint = RunPodEndpoint.Parse("ep7x2");
        var api = new StubApi(() => StubApi.Response(503, "{}"));
        using var backend = new RunPodJobBackend(endpoint, api, options, clock, new Random(seed), new RecordedLog<RunPodJobBackend>());
        var job = new JobReference(new JobId("j1"), clock.GetUtcNow());
        return await clock.DriveAsync(backend.CheckAsync(job, CancellationToken.None));
    }

    private static RequestDelegate Trouble(string name) => name switch
    {
        "503" => Answers.Json("""{"error":"unavailable"}""", 503),
        "html" => Answers.Html(200),
        "truncated" => Answers.Truncated(Completed),
        "reset" => Answers.Reset(),
        "429" => Answers.Json("{}", 429),
        _ => Answers.Json("""{"id":"j1"}"""),
    };
}
