using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

public sealed class CancelTests
{
    [Theory]
    [InlineData("""{"id":"j1","status":"CANCELLED"}""", 200)]
    [InlineData("""{"id":"j1","status":"COMPLETED"}""", 200)]
    [InlineData("""{"id":"j1"}""", 200)]
    [InlineData(Answers.JobNotFound, 404)]
    public async Task Cancel_JobThatIsOver_IsNoError(string body, int code)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(body, code));

        await gateway.CancelAsync();

        gateway.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_JobThatMayNotBeVisibleYet_IsNotConfirmed()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(Answers.JobNotFound, 404));
        var job = new JobReference(new JobId("j1"), gateway.Clock.GetUtcNow());

        var exception = await gateway.Clock.FailureAsync(gateway.Backend.CancelAsync(job, CancellationToken.None));

        exception.Kind.ShouldBe(JobErrorKind.Transient);
        exception.Message.ShouldContain("may not be visible yet");
    }

    [Fact]
    public async Task Cancel_JobThatGoesOn_IsNotConfirmed()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("""{"id":"j1","status":"IN_PROGRESS"}"""));

        var exception = await gateway.Clock.FailureAsync(gateway.CancelAsync());

        exception.Kind.ShouldBe(JobErrorKind.Transient);
        exception.Message.ShouldContain("job j1 has not ended yet");
    }

    [Fact]
    public async Task Cancel_RefusedForAJobThatHasEnded_IsNoError()
    {
        await using var gateway = await Gateway.StartAsync(
            Answers.Json("""{"error":"job is not cancellable"}""", 400),
            Answers.Json("""{"id":"j1","status":"COMPLETED"}"""));

        await gateway.CancelAsync();

        gateway.Server.Requests.Select(request => request.Target)
            .ShouldBe(["/v2/ep7x2/cancel/j1", "/v2/ep7x2/status/j1"]);
    }

    [Fact]
    public async Task Cancel_RefusedForAJobThatGoesOn_IsPermanent()
    {
        await using var gateway = await Gateway.StartAsync(
            Answers.Json("""{"error":"job is not cancellable"}""", 400),
            Answers.Json("""{"id":"j1","status":"IN_PROGRESS"}"""));

        (await gateway.Clock.FailureAsync(gateway.CancelAsync())).Kind.ShouldBe(JobErrorKind.Permanent);
    }
}
