using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests;

/// <summary>A dead endpoint is left in peace.</summary>
public sealed class BreakerTests : IDisposable
{
    private static readonly RunPodEndpoint Endpoint = RunPodEndpoint.Parse("ep7x2");
    private static readonly RunPodOptions Options = new() { MaxRetries = 0, BreakerMinimumCalls = 4 };

    private readonly ManualClock _clock = new();
    private readonly RecordedLog<RunPodJobBackend> _log = new();
    private readonly StubApi _api = new(() => StubApi.Response(503, "{}"));
    private readonly RunPodJobBackend _backend;

    public BreakerTests() => _backend = new RunPodJobBackend(Endpoint, _api, Options, _clock, new Random(1), _log);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task Breaker_CallsKeepFailing_HoldsFurtherOnesBack()
    {
        await FailAsync(4);

        var exception = await Should.ThrowAsync<JobBackendException>(CheckAsync());

        exception.Kind.ShouldBe(JobErrorKind.Transient);
        exception.Message.ShouldContain("RunPod endpoint ep7x2, GET /status: has failed too often of late");
        exception.Message.ShouldContain("held back for 15 s");
        _api.Calls.ShouldBe(4);
        _log.Lines.ShouldContain(line => line.Contains("keeps failing; calls are held back for 00:00:15"));
    }

    [Fact]
    public async Task Breaker_HeldBackSubmission_IsTransientSinceNothingWasSent()
    {
        await FailAsync(4);

        var exception = await Should.ThrowAsync<JobBackendException>(
            _backend.SubmitAsync(Requests.Small(), CancellationToken.None));

        exception.Kind.ShouldBe(JobErrorKind.Transient);
        _api.Calls.ShouldBe(4);
    }

    [Fact]
    public async Task Breaker_EndpointIsBack_LetsCallsThroughAgain()
    {
        await FailAsync(4);
        _api.Answer = () => StubApi.Response(200, """{"status":"IN_QUEUE"}""");

        _clock.Advance(Options.BreakDuration);

        for (var i = 0; i < 5; i++) (await CheckAsync()).State.ShouldBe(JobState.Queued);
        _api.Calls.ShouldBe(9);
        _log.Lines.ShouldContain(line => line.Contains("answers again"));
    }

    [Fact]
    public async Task Breaker_EndpointIsStillDead_LetsOneCallThroughPerBreak()
    {
        await FailAsync(4);

        _clock.Advance(Options.BreakDuration);
        await FailAsync(3);

        _api.Calls.ShouldBe(5);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task Breaker_EndpointThatIsBusyOrUnwilling_IsNotDead(int code)
    {
        _api.Answer = () => StubApi.Response(code, """{"error":"endpoint not found"}""");

        for (var i = 0; i < 10; i++) await Should.ThrowAsync<JobBackendException>(DrivenCheckAsync());

        _api.Calls.ShouldBe(10);
    }

    [Fact]
    public async Task Breaker_OneCallInFiveFails_StaysClosed()
    {
        var number = 0;
        _api.Answer = () => ++number % 5 == 0
            ? StubApi.Response(502, "")
            : StubApi.Response(200, """{"status":"IN_QUEUE"}""");

        for (var i = 0; i < 50; i++) await Record.ExceptionAsync(CheckAsync);

        _api.Calls.ShouldBe(50);
    }

    private async Task FailAsync(int times)
    {
        for (var i = 0; i < times; i++) await Should.ThrowAsync<JobBackendException>(CheckAsync());
    }

    private async Task DrivenCheckAsync()
    {
        var check = CheckAsync();
        await _clock.DriveAsync(check);
        await check;
    }

    private Task<JobSnapshot> CheckAsync() =>
        _backend.CheckAsync(new JobReference(new JobId("j1"), _clock.GetUtcNow()), CancellationToken.None);
}
