using System.Net;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Steering;

public sealed class RetryTests
{
    [Fact]
    public async Task Retry_OfARunWithNulls_RunsThoseAlone()
    {
        var isFixed = false;
        await using var host = await HostHarness.StartAsync(new()
        {
            Script = job => job.Ids.Contains("fp-1") && !Volatile.Read(ref isFixed)
                ? JobScript.Of(Look.Results("null"))
                : JobScript.Of(Look.Completed),
        });
        await host.StartAsync("nulls", count: 3);
        await host.EndOfAsync("nulls");
        Volatile.Write(ref isFixed, true);

        var answer = (await host.PostAsync("/api/runs/nulls/retry")).With(HttpStatusCode.Accepted);

        answer.Json.GetProperty("id").GetString().ShouldBe("nulls");
        await host.EndOfAsync("nulls");
        host.Backend.Submissions.Skip(3).Select(job => string.Join(' ', job.Ids)).ShouldBe(["fp-1"]);
        (await host.GetAsync("/api/runs/nulls/results")).Json.EnumerateArray().Select(entry => entry.GetProperty("id").GetString())
            .ShouldBe(["fp-0", "fp-1", "fp-2"]);
        (await host.GetAsync("/api/runs/nulls")).Json.GetProperty("chunk_count").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task Retry_WithNothingToRetry_IsAConflict()
    {
        await using var host = await HostHarness.StartAsync();
        await host.StartAsync("good");
        await host.EndOfAsync("good");

        var answer = await host.PostAsync("/api/runs/good/retry");

        answer.Problem.ShouldBe("conflict");
        answer.Detail.ShouldContain("Nothing in the results of run 'good' is null");
    }

    [Fact]
    public async Task Retry_OfALiveRun_IsAConflict()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live");
        await gate.Seen;

        (await host.PostAsync("/api/runs/live/retry")).Problem.ShouldBe("conflict");
    }

    [Fact]
    public async Task Retry_BySeveralAtOnce_IsOneRetry()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new()
        {
            Script = job => job.Chunk == 0 ? JobScript.Of(Look.Results("null")) : gate.Script(job),
        });
        await host.StartAsync("nulls", count: 1);
        await host.EndOfAsync("nulls");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.PostAsync("/api/runs/nulls/retry")));

        answers.Count(answer => answer.Code == 202).ShouldBe(1);
        answers.Count(answer => answer.Code == 409).ShouldBe(7);
        gate.Open();
        await host.EndOfAsync("nulls");
        host.Backend.Submissions.Count.ShouldBe(2);
    }
}
