using System.Text;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

/// <summary>What a job yields before it ends, and who is at fault when it ends badly.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("""{"status":"IN_PROGRESS","stream":[{"output":{"id":"fp-1"}},{"output":5},{"other":1},7]}""", """{"id":"fp-1"}|5""")]
    [InlineData("""{"status":"FAILED","stream":[]}""", "")]
    [InlineData("""{"status":"COMPLETED"}""", "")]
    [InlineData("""{"status":"IN_PROGRESS","stream":"no list"}""", "")]
    public async Task Drain_Answered_GivesTheParts(string body, string expected)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(body));

        var parts = await gateway.Backend.DrainAsync(gateway.OldJob, CancellationToken.None);

        string.Join('|', parts.Select(part => Encoding.UTF8.GetString(part.Json.Span))).ShouldBe(expected);
    }

    [Fact]
    public async Task Drain_OfAJobThatIsNotKnown_GivesNothing()
    {
        await using var gateway = await Gateway.StartAsync(
            Answers.Json("""{"status":404,"title":"Not Found","detail":"job not found"}""", 404));

        (await gateway.Backend.DrainAsync(gateway.OldJob, CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"status":"FAILED","error":"job timed out after 1 retries","retries":1}""", JobFault.Worker)]
    [InlineData("""{"status":"FAILED"}""", JobFault.Worker)]
    [InlineData("""{"status":"FAILED","error":"worker exited with exit code 137"}""", JobFault.Worker)]
    [InlineData("""{"status":"FAILED","error":"bad flashpoint fp-1"}""", JobFault.Handler)]
    [InlineData("""{"status":"FAILED","error":"ffmpeg ended with exit code 1"}""", JobFault.Handler)]
    [InlineData("""{"status":"FAILED","error":"executionTimeout exceeded"}""", JobFault.TimeLimit)]
    [InlineData("""{"status":"TIMED_OUT","workerId":"z3"}""", JobFault.Worker)]
    [InlineData("""{"status":"TIMED_OUT"}""", JobFault.TimeLimit)]
    [InlineData("""{"status":"CANCELLED"}""", JobFault.Unknown)]
    [InlineData("""{"status":"IN_PROGRESS"}""", JobFault.Unknown)]
    public async Task Check_OfAJobThatEndedBadly_SaysWhoIsAtFault(string body, JobFault fault)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(body));

        (await gateway.CheckAsync()).Fault.ShouldBe(fault);
    }
}
