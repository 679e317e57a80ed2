using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Entries that a job yields before it ends.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Attempt_ThatDiesAfterStreamingSome_CostsExactlyTheRestInTheNext()
    {
        await using var run = new RunHarness(job => job.Attempt == 1
            ? JobScript.Of(Look.Running, Look.Running, Look.Failed("out of memory")) with
            {
                Drains = _ => [[Entry(3), Entry(0)], [Entry(7)]],
            }
            : new JobScript());

        var summary = await run.RunAsync(10, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Select(job => string.Join(',', job.Ids)).ShouldBe(
            ["fp-0,fp-1,fp-2,fp-3,fp-4,fp-5,fp-6,fp-7,fp-8,fp-9", "fp-1,fp-2,fp-4,fp-5,fp-6,fp-8,fp-9"]);
        run.Results[3].ShouldBe(Entry(3));
        run.Results[1].ShouldBe("""{"id":"fp-1","value":"done"}""");
    }

    [Fact]
    public async Task Attempt_WhoseLastPartsComeWithItsEnd_TakesThemToo()
    {
        await using var run = new RunHarness(job => job.Attempt == 1
            ? JobScript.Of(Look.Running, Look.TimedOut) with { Drains = _ => [[], [Entry(1)]] }
            : new JobScript());

        await run.RunAsync(2, OneChunk);

        run.Backend.Submissions.Select(job => string.Join(',', job.Ids)).ShouldBe(["fp-0,fp-1", "fp-0"]);
    }

    [Fact]
    public async Task Job_WithoutAFinalOutput_IsDoneWhenItStreamedEverything()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Output(null)) with
        {
            Drains = _ => [[Entry(0), Entry(1)]],
        });

        var summary = await run.RunAsync(2, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Results.ShouldBe([Entry(0), Entry(1)]);
        run.Chunk(0).TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Job_ThatHasStreamedEverythingAndNeverEnds_IsStoppedAfterAMinuteAndItsChunkIsDone()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running) with { Drains = _ => [[Entry(0)], [Entry(1)]] });
        var start = run.Clock.GetUtcNow();

        var summary = await run.RunAsync(2, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Backend.Cancels.ShouldBe(["job-1"]);
        (run.Clock.GetUtcNow() - start).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90));
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("completed");
    }

    [Fact]
    public async Task Output_AtTheEnd_FillsWhatTheStreamLost()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Completed) with { Drains = _ => [[Entry(1)]] });

        var summary = await run.RunAsync(3, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Observer.Told.Count(told => told == "fp-1").ShouldBe(1);
        run.Observer.Told.ShouldContain("fp-0");
    }

    [Fact]
    public async Task Parts_ThatAreNobodysOrNoJson_ArePassedOver()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Completed) with
        {
            Drains = _ =>
            [
                ["not json", "7", "null", "[1]", """{"value":1}""", """{"id":"stranger"}""", """{"id":5}""", Entry(0), Entry(0)],
            ],
        });

        var summary = await run.RunAsync(2, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Results[0].ShouldBe(Entry(0));
    }

    [Fact]
    public async Task Part_WithAnError_IsFinal()
    {
        await using var run = new RunHarness(job => job.Attempt == 1
            ? JobScript.Of(Look.Running, Look.Failed("boom")) with { Drains = _ => [["""{"id":"fp-0","error":"no such page"}"""]] }
            : new JobScript());

        var summary = await run.RunAsync(2, OneChunk);

        summary.Failed.ShouldBe(1);
        run.Backend.Submissions.Select(job => string.Join(',', job.Ids)).ShouldBe(["fp-0,fp-1", "fp-1"]);
        run.Failures.ShouldBe(new Dictionary<string, string> { ["fp-0"] = "no such page" });
    }

    [Fact]
    public async Task Engine_StartedAgainMidway_KeepsWhatWasStreamed()
    {
        var streamed = new Seen();
        var mayEnd = false;

        // The third look comes when what the second one drained is stored.
        await using var run = new RunHarness(job => job.Attempt > 1 ? new JobScript() : JobScript.Of(
            Look.Running,
            Look.Running,
            Look.After(streamed.Set, Look.Running),
            late => (mayEnd ? Look.Failed("killed") : Look.Running)(late)) with
        {
            Drains = _ => [[Entry(0)], [Entry(1)]],
        });
        await run.StartAsync(3, OneChunk);
        await run.DriveAsync(streamed.Task);

        await run.RestartAsync();
        mayEnd = true;
        var summary = await run.EndAsync();

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions[^1].Ids.ShouldBe(["fp-2"]);
    }

    private static string Entry(int index) => $$"""{"id":"fp-{{index}}","streamed":{{index}}}""";

    private static RunInput OneChunk(RunInput input) => input with { ChunkSize = null };
}
