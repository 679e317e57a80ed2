using System.Text;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

public sealed class CheckTests
{
    [Theory]
    [InlineData("""{"id":"j1","status":"IN_QUEUE"}""", JobState.Queued, null, null)]
    [InlineData("""{"id":"j1","status":"IN_PROGRESS","delayTime":61372,"workerId":"z3"}""",
        JobState.Running, null, null)]
    [InlineData("""{"id":"j1","status":"RUNNING"}""", JobState.Running, null, null)]
    [InlineData("""{"id":"j1","status":"IN_PROGRESS","executionTime":0,"output":"step 3/10"}""",
        JobState.Running, null, null)]
    [InlineData("""{"id":"j1","status":"PAUSED","output":"half"}""", JobState.Running, null, null)]
    [InlineData("""{"id":"j1","status":"IN_QUEUE","output":"stale"}""", JobState.Queued, null, null)]
    [InlineData("""{"id":"j1","status":"COMPLETED","output":[1, 2]}""", JobState.Completed, "[1, 2]", null)]
    [InlineData("""{"id":"j1","status":"COMPLETED"}""", JobState.Completed, null, null)]
    [InlineData("""{"id":"j1","status":"FAILED","error":"bad fp-1","output":{"detail":"x"}}""",
        JobState.Failed, """{"detail":"x"}""", "bad fp-1")]
    [InlineData(
        """{"id":"j1","status":"FAILED","error":"{\"error_type\":\"<class 'E'>\",\"error_message\":\"no\"}"}""",
        JobState.Failed, null, "E: no")]
    [InlineData("""{"id":"j1","status":"FAILED","error":"job timed out after 1 retries","retries":1}""",
        JobState.Failed, null, "job timed out after 1 retries")]
    [InlineData("""{"id":"j1","status":"FAILED"}""",
        JobState.Failed, null, "RunPod reports the job as failed and gives no reason.")]
    [InlineData("""{"id":"j1","status":"FAILED","error":"executionTimeout exceeded"}""",
        JobState.TimedOut, null, "executionTimeout exceeded")]
    [InlineData(
        """{"id":"j1","status":"FAILED","error":"{\"error_message\":\"executionTimeout exceeded\"}"}""",
        JobState.Failed, null, "executionTimeout exceeded")]
    [InlineData("""{"id":"j1","status":"TIMED_OUT"}""",
        JobState.TimedOut, null, "RunPod reports the job as timed out.")]
    [InlineData("""{"id":"j1","status":"CANCELLED"}""", JobState.Cancelled, null, null)]
    public async Task Check_JobView_IsASnapshot(string body, JobState state, string? output, string? error)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(body));

        var snapshot = await gateway.CheckAsync();

        snapshot.State.ShouldBe(state);
        (snapshot.Output is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null).ShouldBe(output);
        snapshot.Error.ShouldBe(error);
    }

    [Fact]
    public async Task Check_FinishedJob_HasItsTimesAndWorker()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(
            """{"id":"j1","status":"COMPLETED","delayTime":31618,"executionTime":1437,"workerId":"z","retries":2}"""));

        var snapshot = await gateway.CheckAsync();

        snapshot.DelayTime.ShouldBe(TimeSpan.FromMilliseconds(31618));
        snapshot.ExecutionTime.ShouldBe(TimeSpan.FromMilliseconds(1437));
        snapshot.WorkerId.ShouldBe("z");
        snapshot.Redispatches.ShouldBe(2);
    }

    [Theory]
    [InlineData(0, JobState.Queued)]
    [InlineData(149, JobState.Queued)]
    [InlineData(-30, JobState.Queued)]
    [InlineData(150, JobState.Lost)]
    [InlineData(86400, JobState.Lost)]
    public async Task Check_JobNotFound_IsBelievedOnlyAfterTheGrace(int secondsAgo, JobState expected)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(Answers.JobNotFound, 404));
        var job = new JobReference(new JobId("j1"), gateway.Clock.GetUtcNow() - TimeSpan.FromSeconds(secondsAgo));

        var snapshot = await gateway.Backend.CheckAsync(job, CancellationToken.None);

        snapshot.State.ShouldBe(expected);
        (snapshot.Error is null).ShouldBe(expected == JobState.Queued);
        gateway.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Check_EndpointNotFound_IsAPermanentErrorAndNoLostJob()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("""{"detail":"endpoint not found"}""", 404));

        var exception = await gateway.Clock.FailureAsync(gateway.CheckAsync());

        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("no such endpoint");
    }

    [Fact]
    public async Task Check_Request_IsAGetWithTheKeyInItsHeader()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("""{"status":"IN_QUEUE"}"""));
        var job = gateway.OldJob with { Id = new JobId("a/b c?d#e..") };

        await gateway.Backend.CheckAsync(job, CancellationToken.None);

        var request = gateway.Server.Requests.ShouldHaveSingleItem();
        request.Method.ShouldBe("GET");
        request.Target.ShouldBe("/v2/ep7x2/status/a%2Fb%20c%3Fd%23e..");
        request.Authorization.ShouldBe($"Bearer {Gateway.Key}");
        request.Body.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_OutputOfTwentyMegabytes_ArrivesWhole(bool announced)
    {
        var output = $"\"{new string('x', 20_000_000)}\"";
        var body = $$"""{"status":"COMPLETED","output":{{output}},"executionTime":5}""";
        await using var gateway = await Gateway.StartAsync(
            announced ? Answers.Sized(Encoding.UTF8.GetBytes(body)) : Answers.Json(body));

        var snapshot = await gateway.CheckAsync();

        snapshot.Output.ShouldNotBeNull().Span.SequenceEqual(Encoding.UTF8.GetBytes(output)).ShouldBeTrue();
        snapshot.ExecutionTime.ShouldBe(TimeSpan.FromMilliseconds(5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_AnswerOverTheCap_IsAPermanentErrorThatNamesIt(bool announced)
    {
        var body = $$"""{"status":"COMPLETED","output":"{{new string('x', 70_000)}}"}""";
        await using var gateway = await Gateway.StartAsync(
            new RunPodOptions { MaxResponseBytes = 65_536 },
            announced ? Answers.Sized(Encoding.UTF8.GetBytes(body)) : Answers.Json(body));

        var exception = await gateway.Clock.FailureAsync(gateway.CheckAsync());

        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("larger than 65536 bytes");
    }

    [Fact]
    public async Task Check_AnswerOfExactlyTheCap_IsRead()
    {
        const string Frame = """{"status":"COMPLETED","output":""}""";
        var body = Frame.Insert(Frame.Length - 2, new string('x', 65_536 - Frame.Length));
        await using var gateway = await Gateway.StartAsync(
            new RunPodOptions { MaxResponseBytes = 65_536 },
            Answers.Json(body), Answers.Sized(Encoding.UTF8.GetBytes(body)));

        (await gateway.CheckAsync()).State.ShouldBe(JobState.Completed);
        (await gateway.CheckAsync()).State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Check_CompressedAnswer_IsUnpacked()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Gzip("""{"status":"COMPLETED","output":7}"""));

        (await gateway.CheckAsync()).State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Check_Cancelled_EndsAtOnce()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Silence());
        using var source = new CancellationTokenSource();
        var check = gateway.Backend.CheckAsync(gateway.OldJob, source.Token);
        await gateway.Server.WhenReceivedAsync();

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(check);
        gateway.Server.Requests.Count.ShouldBe(1);
    }
}
