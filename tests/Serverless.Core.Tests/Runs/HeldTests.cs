using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Runs that go on only when a person has seen to something.</summary>
public sealed class HeldTests
{
    [Fact]
    public async Task Run_WhoseAccountIsBlocked_WaitsAndUsesUpNoAttempt()
    {
        var blocked = new Seen();
        var isPaid = false;
        await using var run = new RunHarness(_ =>
        {
            if (isPaid) return new JobScript();
            blocked.Set();
            return JobScript.Refused(JobErrorKind.Blocked, "the account is out of balance");
        });
        await run.StartAsync(1, input => input with { MaxAttempts = 1 });
        await run.DriveAsync(blocked.Task);
        await run.DriveAsync(UntilHeldAsync(run));

        isPaid = true;
        var summary = await run.EndAsync();

        summary.Ok.ShouldBeTrue();
        run.Chunk(0).GetProperty("attempts").GetInt32().ShouldBe(1);
        run.Backend.Submissions.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Run_ThatIsHeld_CanBeCancelled()
    {
        var blocked = new Seen();
        await using var run = new RunHarness(_ =>
        {
            blocked.Set();
            return JobScript.Refused(JobErrorKind.Blocked, "the account is out of balance");
        });
        await run.StartAsync(2);
        await run.DriveAsync(blocked.Task);

        (await run.CancelAsync()).ShouldBeTrue();

        run.Chunk(0).GetProperty("state").GetString().ShouldBe("cancelled");
        run.Failures["fp-0"].ShouldBe("the account is out of balance");
    }

    /// <summary>Until more submissions were refused than an attempt would bear, with the reason in sight.</summary>
    private static async Task<bool> UntilHeldAsync(RunHarness run)
    {
        while (run.Backend.Submissions.Count <= 10 || !await IsHeldAsync(run)) await Task.Yield();
        return true;
    }

    private static async Task<bool> IsHeldAsync(RunHarness run)
    {
        var chunk = await run.Engine.Client.GetInstanceAsync(Names.ChunkInstance("run-1", 0), getInputsAndOutputs: true);
        return chunk?.ReadCustomStatusAs(RunJson.Default.ChunkProgress)?.Held == "the account is out of balance";
    }
}
