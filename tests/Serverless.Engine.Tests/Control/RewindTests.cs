using System.Collections.Concurrent;

namespace Serverless.Engine.Tests.Control;

public sealed class RewindTests
{
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentDictionary<string, bool> _broken = new();

    [Fact]
    public async Task Rewind_ActivityFailed_RunsItAgainAndNothingThatSucceeded()
    {
        await using var engine = Program();
        _broken["b"] = true;
        await engine.ScheduleAsync("Sequence", (string[])["a", "b", "c"], id: "me");
        await engine.FailureAsync("me");

        _broken.Clear();
        (await engine.Client.RewindInstanceAsync("me")).ShouldBeTrue();

        (await engine.ResultAsync<string>("me")).ShouldBe("abc");
        _calls.ShouldBe(["a", "b", "b", "c"]);
    }

    [Fact]
    public async Task Rewind_SeveralFailedAtOnce_RunsAllOfThemAgain()
    {
        await using var engine = Program();
        _broken["b"] = _broken["d"] = true;
        await engine.ScheduleAsync("Fan", (string[])["a", "b", "c", "d"], id: "me");
        await engine.FailureAsync("me");

        _broken.Clear();
        await engine.Client.RewindInstanceAsync("me");

        (await engine.ResultAsync<string>("me")).ShouldBe("abcd");
        _calls.Order().ShouldBe(["a", "b", "b", "c", "d", "d"]);
    }

    [Fact]
    public async Task Rewind_StillFailing_FailsAgainAndCanBeRewoundAgain()
    {
        await using var engine = Program();
        _broken["a"] = true;
        await engine.ScheduleAsync("Sequence", (string[])["a"], id: "me");
        await engine.FailureAsync("me");

        await engine.Client.RewindInstanceAsync("me");
        await engine.WhenAsync(async () => _calls.Count == 2 && (await engine.StatusAsync("me")).IsEnded());
        (await engine.FailureAsync("me")).InnerFailure!.ErrorMessage.ShouldBe("a is broken");
        _broken.Clear();
        await engine.Client.RewindInstanceAsync("me");

        (await engine.ResultAsync<string>("me")).ShouldBe("a");
    }

    [Fact]
    public async Task Rewind_NestedChildFailed_ReopensTheWholePath()
    {
        await using var engine = Program();
        _broken["b"] = true;
        await engine.ScheduleAsync("Nested", 2, id: "me");
        await engine.FailureAsync("me");

        _broken.Clear();
        await engine.Client.RewindInstanceAsync("me");

        (await engine.ResultAsync<string>("me")).ShouldBe("ab");
        (await engine.StatusAsync("me:0000:0000")).ShouldBe(OrchestrationRuntimeStatus.Completed);
        _calls.ShouldBe(["a", "b", "b"]);
    }

    [Fact]
    public async Task Rewind_CrashRightAfter_IsAllOrNothing()
    {
        await using var engine = Program();
        using var folder = new TestKit.TemporaryFolder();
        _broken["b"] = true;
        await engine.ScheduleAsync("Nested", 2, id: "me");
        await engine.FailureAsync("me");
        await engine.StopAsync();
        var copies = new List<string>();
        engine.Hooks = new EngineHooks { AfterCommit = () => copies.Add(Copies.Take(engine.DatabasePath, folder)) };
        _broken.Clear();
        await engine.Client.RewindInstanceAsync("me");
        await engine.ResultAsync<string>("me");
        await engine.StopAsync();

        foreach (var copy in copies)
        {
            await using var crashed = engine.OnCopy(copy);
            (await crashed.ResultAsync<string>("me")).ShouldBe("ab");
        }
    }

    [Fact]
    public async Task Rewind_FailureThatTheOrchestratorHandled_Stays()
    {
        await using var engine = Program();
        _broken["a"] = _broken["c"] = true;
        await engine.ScheduleAsync("Fallback", 0, id: "me");
        await engine.FailureAsync("me");

        _broken.Clear();
        await engine.Client.RewindInstanceAsync("me");

        (await engine.ResultAsync<string>("me")).ShouldBe("instead of a, b, c");
        _calls.ShouldBe(["a", "b", "c", "c"]);
    }

    [Fact]
    public async Task Rewind_RetriesUsedUp_OnlyTheLastAttemptIsOpenAgain()
    {
        await using var engine = Program();
        _broken["a"] = true;
        await engine.ScheduleAsync("Retried", 0, id: "me");
        await engine.AdvanceAsync(TimeSpan.FromSeconds(1));
        await engine.AdvanceAsync(TimeSpan.FromSeconds(1));
        await engine.FailureAsync("me");

        _broken.Clear();
        await engine.Client.RewindInstanceAsync("me");

        (await engine.ResultAsync<string>("me")).ShouldBe("a");
        _calls.ShouldBe(["a", "a", "a", "a"]);
    }

    [Fact]
    public async Task Rewind_OrchestratorItselfThrew_FailsAgain()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Throws", 0, id: "me");
        await engine.FailureAsync("me");

        (await engine.Client.RewindInstanceAsync("me")).ShouldBeTrue();

        (await engine.FailureAsync("me")).ErrorMessage.ShouldBe("by itself");
    }

    [Theory]
    [InlineData("running")]
    [InlineData("completed")]
    [InlineData("terminated")]
    [InlineData("unknown")]
    public async Task Rewind_NotFailed_IsRefused(string id)
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "running");
        await engine.ScheduleAsync("Wait", 0, id: "terminated");
        await engine.Client.TerminateInstanceAsync("terminated");
        await engine.RunAsync<string>("Sequence", (string[])["a"], id: "completed");

        (await engine.Client.RewindInstanceAsync(id)).ShouldBeFalse();

        (await engine.Client.GetInstanceAsync(id))?.RuntimeStatus.ToString().ToLowerInvariant().ShouldBe(id);
    }

    [Fact]
    public async Task Rewind_OrchestratorNotRegistered_IsRefusedByName()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Throws", 0, id: "me");
        await engine.FailureAsync("me");
        await engine.DeployAsync(_ => { });

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.RewindInstanceAsync("me"));

        refused.Message.ShouldBe("Instance 'me' needs the orchestrator 'Throws', which is not registered.");
        (await engine.StatusAsync("me")).ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    private EngineHarness Program()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1));
        return new EngineHarness()
            .Activity<string, string>("Work", name =>
            {
                _calls.Enqueue(name);
                return _broken.ContainsKey(name) ? throw new InvalidOperationException($"{name} is broken") : name;
            })
            .Orchestrator<string[], string>("Sequence", async (context, names) =>
            {
                var result = "";
                foreach (var name in names) result += await context.CallActivityAsync<string>("Work", name);
                return result;
            })
            .Orchestrator<string[], string>("Fan", async (context, names) => string.Concat(
                await Task.WhenAll(names.Select(name => context.CallActivityAsync<string>("Work", name)))))
            .Orchestrator<int, string>("Nested", (context, depth) => depth == 0
                ? context.CallSubOrchestratorAsync<string>("Sequence", (string[])["a", "b"])
                : context.CallSubOrchestratorAsync<string>("Nested", depth - 1))
            .Orchestrator<int, string>("Fallback", async (context, _) =>
            {
                var first = "";
                try
                {
                    first = await context.CallActivityAsync<string>("Work", "a");
                }
                catch (TaskFailedException)
                {
                    first = "instead of a, " + await context.CallActivityAsync<string>("Work", "b");
                }

                return $"{first}, {await context.CallActivityAsync<string>("Work", "c")}";
            })
            .Orchestrator<int, string>("Retried", (context, _) => context.CallActivityAsync<string>("Work", "a", policy))
            .Orchestrator<int, string>("Throws", (_, _) => throw new ArithmeticException("by itself"))
            .Orchestrator<int, string>("Wait", (context, _) => context.WaitForExternalEvent<string>("go"));
    }
}
