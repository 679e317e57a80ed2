using System.Net;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Results;

/// <summary>Results of runs that have not ended, or have none.</summary>
public sealed class LiveResultTests
{
    [Fact]
    public async Task Results_WhileTheRunGoesOn_AreAProblemThatSaysHowFarItIs()
    {
        await using var host = await HalfDoneAsync(new JobGate());

        var answer = await host.GetAsync("/api/runs/live/results");

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Problem.ShouldBe("not-ended");
        answer.Detail.ShouldBe("The run 'live' has not ended: it is Running, 2 of 4 done. ?partial=true gives what is there.");
    }

    [Fact]
    public async Task Results_Partial_HaveWhatIsThereAndNullForTheRest()
    {
        var gate = new JobGate();
        await using var host = await HalfDoneAsync(gate);

        var partial = (await host.GetAsync("/api/runs/live/results?partial=true")).With(HttpStatusCode.OK);

        partial.Header("Content-Type").ShouldBe("application/json");
        partial.Header("ETag").ShouldBeNull();
        partial.Json.EnumerateArray().Select(entry => entry.ValueKind.ToString()).ShouldBe(["Object", "Object", "Null", "Null"]);
        Directory.EnumerateFiles(Path.Combine(host.Folder, "results"), "*partial*", SearchOption.AllDirectories).ShouldBeEmpty();
        gate.Open();
        await host.EndOfAsync("live");
        (await host.GetAsync("/api/runs/live/results?partial=true")).Json.EnumerateArray()
            .ShouldAllBe(entry => entry.ValueKind == System.Text.Json.JsonValueKind.Object);
    }

    [Theory]
    [InlineData("?partial=true&format=csv", "partial")]
    [InlineData("?partial=perhaps", "partial")]
    public async Task Results_PartialOtherwise_AreRefused(string query, string named)
    {
        await using var host = await HalfDoneAsync(new JobGate());

        var answer = await host.GetAsync("/api/runs/live/results" + query);

        answer.Problem.ShouldBe("invalid-request");
        answer.Field.ShouldBe(named);
    }

    [Fact]
    public async Task Results_OfATerminatedRun_AreNotFound()
    {
        await using var host = await HalfDoneAsync(new JobGate());
        await host.Engine.Client.TerminateInstanceAsync("live");
        await host.EndOfAsync("live");

        var answer = await host.GetAsync("/api/runs/live/results");

        answer.Problem.ShouldBe("not-found");
        answer.Detail.ShouldContain("live");
    }

    /// <summary>Two lanes, four chunks: the first two are done, the others run.</summary>
    private static async Task<HostHarness> HalfDoneAsync(JobGate gate)
    {
        var host = await HostHarness.StartAsync(new()
        {
            Script = job => job.Chunk < 2 ? JobScript.Of(Look.Completed) : gate.Script(job),
        });
        await host.StartAsync("live", count: 4, more: ""","workers":2""");
        await Calls.UntilAsync(
            async () => (await host.GetAsync("/api/runs/live")).Json,
            run => run.GetProperty("chunks_ended").GetInt32() == 2 && run.GetProperty("done").GetInt32() == 2
                && run.GetProperty("chunks").EnumerateArray().Count(chunk => chunk.GetProperty("state").GetString() == "running") == 2);
        await Calls.UntilAsync(
            async () => (await host.GetAsync("/api/runs")).Json.GetProperty("runs")[0], run => run.GetProperty("done").GetInt32() == 2);
        return host;
    }
}
