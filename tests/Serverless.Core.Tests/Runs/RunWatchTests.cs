using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

public sealed class RunWatchTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Read_First_IsEverything()
    {
        await using var run = new RunHarness();
        await run.RunAsync(3);

        var update = await Watch(run).ReadAsync(default);

        update!.Changed.ShouldBeNull();
        update.Run.Chunks.Select(chunk => chunk.State).ShouldBe([ChunkPhase.Completed, ChunkPhase.Completed, ChunkPhase.Completed]);
        update.Run.Report!.Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Read_UnknownRun_IsNull()
    {
        await using var run = new RunHarness();

        (await Watch(run).ReadAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_AtEveryStep_TellsWhatAFullReadingTells()
    {
        await using var run = new RunHarness(job => job.Chunk == 2 && job.Attempt == 1
            ? JobScript.Of(Look.Queued, Look.Running, Look.Failed("no memory"))
            : JobScript.Of(Look.Queued, Look.Running, Look.Completed));
        await run.StartAsync(6, input => input with { Workers = 2 });
        var watch = Watch(run);
        var queries = new RunQueries(run.Engine.Client, run.Objects);
        var end = run.Engine.Client.WaitForInstanceCompletionAsync(RunHarness.RunName);
        var steps = 0;
        for (; !end.IsCompleted; steps++)
        {
            await Task.WhenAny(end, run.Clock.WhenTimerDueBy(run.Clock.GetUtcNow() + LongestWait)).WaitAsync(RunHarness.Patience);
            await SameAsync(watch, queries);
            if (!end.IsCompleted && run.Clock.NextDue is { } due && due - run.Clock.GetUtcNow() <= LongestWait) run.Clock.AdvanceTo(due);
        }

        await SameAsync(watch, queries);
        steps.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Read_NothingHappened_ChangesNothing()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running));
        await run.StartAsync(2, input => input with { Workers = 2 });
        await run.Clock.WhenTimerDueBy(run.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)).WaitAsync(RunHarness.Patience);
        var watch = Watch(run);
        await watch.ReadAsync(default);

        await WatchUntilStillAsync(watch);

        (await watch.ReadAsync(default))!.Changed.ShouldBe([]);
    }

    [Fact]
    public async Task Read_RunIsRetried_IsEverythingAgain()
    {
        var isBroken = true;
        await using var run = new RunHarness(_ => isBroken ? JobScript.Of(Look.Failed("no memory")) : new JobScript());
        await run.RunAsync(2, input => input with { MaxAttempts = 1 });
        var watch = Watch(run);
        (await watch.ReadAsync(default))!.Run.Failed.ShouldBe(2);

        isBroken = false;
        run.Clock.Advance(TimeSpan.FromDays(1));
        await run.Control.RetryAsync(RunHarness.RunName, input => input, default).WaitAsync(RunHarness.Patience);
        await run.EndAsync();

        var update = await watch.ReadAsync(default);
        update!.Changed.ShouldBeNull();
        (update.Run.Failed, update.Run.Chunks.Count).ShouldBe((0, 4));
    }

    private static RunWatch Watch(RunHarness run) => new(run.Engine.Client, run.Objects, run.Clock, RunHarness.RunName);

    /// <summary>The engine may still be at what it does without time.</summary>
    private static async Task WatchUntilStillAsync(RunWatch watch)
    {
        using var patience = new CancellationTokenSource(RunHarness.Patience);
        while (await watch.ReadAsync(patience.Token) is { } update
            && (update.Changed is not [] || update.Run.Chunks.Any(chunk => chunk.Attempts.Count == 0)))
            patience.Token.ThrowIfCancellationRequested();
    }

    private static async Task SameAsync(RunWatch watch, RunQueries queries)
    {
        // Both readings are of a moment; what moves in between is read again.
        for (var tries = 0; ; tries++)
        {
            var watched = (await watch.ReadAsync(default))!.Run;
            var whole = (await queries.FindDetailAsync(RunHarness.RunName, default))!;
            var isSame = watched.Chunks.Count == whole.Chunks.Count
                && watched.Chunks.Zip(whole.Chunks).All(pair => pair.First.Tells(pair.Second));
            if (isSame || tries == 1_000)
            {
                isSame.ShouldBeTrue("The watch and a full reading tell different things.");
                return;
            }
        }
    }
}
