using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Jobs that report their end, where nobody watches them.</summary>
public sealed class ReliedWebhookTests
{
    private const int Minutes = 100;

    [Theory]
    [InlineData(true, Minutes - 5, Minutes + 5)]
    [InlineData(false, 200, 300)]
    public async Task Job_WhoseReportGetsLost_IsLookedAtOnceAMinuteInstead(bool relies, int least, int most)
    {
        RunHarness? run = null;
        DateTimeOffset? startedAt = null;
        await using var owner = run = new RunHarness(_ => JobScript.Of(job =>
        {
            startedAt ??= run!.Clock.GetUtcNow();
            return run!.Clock.GetUtcNow() - startedAt < TimeSpan.FromMinutes(Minutes) ? Look.Running(job) : Look.Completed(job);
        })) { ReliesOnWebhooks = relies };

        (await run.RunAsync(1)).Failed.ShouldBe(0);

        run.Backend.Checks.Count.ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task Job_WhoseReportComes_IsLookedAtAtOnce()
    {
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isDone = false;
        await using var run = new RunHarness(_ => JobScript.Of(job =>
        {
            seen.TrySetResult(true);
            return Volatile.Read(ref isDone) ? Look.Completed(job) : Look.Running(job);
        })) { ReliesOnWebhooks = true };
        await run.StartAsync(1);
        await run.DriveAsync(seen.Task);

        Volatile.Write(ref isDone, true);
        await run.Engine.Client.RaiseEventAsync(Names.ChunkInstance(RunHarness.RunName, 0), Names.JobEvent(1), "");

        // The clock stands still.
        var end = await run.Engine.Client.WaitForInstanceCompletionAsync(RunHarness.RunName).WaitAsync(RunHarness.Patience);
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }
}
