namespace Serverless.Engine.Tests.Context;

/// <summary>An instance begins with one version of the code and goes on with another.</summary>
public sealed class DeterminismTests
{
    private const string Advice =
        " Either the orchestrator's code changed while the instance was running, or it uses something that differs between " +
        "replays (clock, random numbers, environment, I/O, other threads).";

    /// <summary>Code before and after: A.. activity, C.. child, T timer, E event; + in the same turn as the next.</summary>
    public static TheoryData<string, string, string> Changes => new()
    {
        { "A1 A2 E", "B1 A2 E", "at history event 2 it says activity 'A1' (#0), and the orchestrator now asks for activity 'B1' (#0)." },
        { "A1 A2 E", "A2 A1 E", "at history event 2 it says activity 'A1' (#0), and the orchestrator now asks for activity 'A2' (#0)." },
        { "A1 A2 E", "A1 B2 E", "at history event 5 it says activity 'A2' (#1), and the orchestrator now asks for activity 'B2' (#1)." },
        { "A1 E", "A1 A2 E", "at history event 5 it ends, and the orchestrator now asks for activity 'A2' (#1) here." },
        { "A1 A2 E", "A1 E", "at history event 5 it says activity 'A2' (#1), which the orchestrator no longer asks for." },
        { "A1+ A2 E", "A1 E", "at history event 3 it says activity 'A2' (#1), which the orchestrator no longer asks for." },
        { "A1 A2 E", "A1+ A2 E", "at history event 3 it ends, and the orchestrator now asks for activity 'A2' (#1) here." },
        { "A1 E", "T E", "at history event 2 it says activity 'A1' (#0), and the orchestrator now asks for a timer (#0)." },
        {
            "A1 E", "C1 E",
            "at history event 2 it says activity 'A1' (#0), "
            + "and the orchestrator now asks for child orchestration 'C1' with id 'me:0000' (#0)."
        },
        {
            "C1 E", "C2 E",
            "at history event 2 it says child orchestration 'C1' with id 'me:0000' (#0), "
            + "and the orchestrator now asks for child orchestration 'C2' with id 'me:0000' (#0)."
        },
        {
            "C1 E", "A1 E",
            "at history event 2 it says child orchestration 'C1' with id 'me:0000' (#0), "
            + "and the orchestrator now asks for activity 'A1' (#0)."
        },
        {
            "C1 C2 E", "C2 C1 E",
            "at history event 2 it says child orchestration 'C1' with id 'me:0000' (#0), "
            + "and the orchestrator now asks for child orchestration 'C2' with id 'me:0000' (#0)."
        },
        {
            "C1 C2 E", "C1 E",
            "at history event 5 it says child orchestration 'C2' with id 'me:0001' (#1), which the orchestrator no longer asks for."
        },
        {
            "C1 E", "C1 C2 E",
            "at history event 5 it ends, and the orchestrator now asks for child orchestration 'C2' with id 'me:0001' (#1) here."
        },
        {
            "C1 C2 E", "C1+ C2 E",
            "at history event 3 it ends, and the orchestrator now asks for child orchestration 'C2' with id 'me:0001' (#1) here."
        },
        { "T+ A1+ E", "A1+ T+ E", "at history event 2 it says a timer (#0), and the orchestrator now asks for activity 'A1' (#0)." },
        { "T+ E", "E", "at history event 2 it says a timer (#0), which the orchestrator no longer asks for." },
        { "E", "T+ E", "at history event 2 it ends, and the orchestrator now asks for a timer (#0) here." },
        {
            "T+ E", "C1 E",
            "at history event 2 it says a timer (#0), "
            + "and the orchestrator now asks for child orchestration 'C1' with id 'me:0000' (#0)."
        },
        { "E", "A1 E", "at history event 2 it ends, and the orchestrator now asks for activity 'A1' (#0) here." },
        { "A1 E", "E", "at history event 2 it says activity 'A1' (#0), which the orchestrator no longer asks for." },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Replay_CodeAsksForSomethingElse_FailsWithPositionExpectedAndFound(
        string before, string after, string difference)
    {
        await using var engine = Program(new EngineHarness(), before);
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.WhenShownAsync("me", "\"waits\"");

        await engine.DeployAsync(changed => Program(changed, after));
        (await engine.Client.RaiseEventAsync("me", "E", "")).ShouldBeOneOf(true, false);

        var failure = await engine.FailureAsync("me");
        failure.ErrorType.ShouldBe(typeof(NonDeterministicOrchestrationException).FullName);
        failure.ErrorMessage.ShouldBe($"Instance 'me' does not replay its history: {difference}{Advice}");
    }

    [Fact]
    public async Task Replay_BreaksInTheMiddleOfALongHistory_EndsThatInstanceAndNoOther()
    {
        await using var engine = Program(new EngineHarness(), "A1 A2 A1 A2 A1 A2 E");
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.WhenShownAsync("me", "\"waits\"");

        await engine.DeployAsync(changed => Program(changed, "A1 B2 A1 A2 A1 A2 E"));
        await engine.Client.RaiseEventAsync("me", "E", "");

        (await engine.FailureAsync("me")).ErrorMessage.ShouldContain("at history event 5");
        await engine.ScheduleAsync("Main", 0, id: "other");
        await engine.RaiseAsync("other", "E", "");
        (await engine.ResultAsync<string>("other")).ShouldBe("A1B2A1A2A1A2E");
        engine.Engine.Broken.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Replay_ActivityInputChanged_IsNotNoticedAndTheRecordedResultCounts()
    {
        await using var engine = Program(new EngineHarness(), "A1 E");
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.WhenShownAsync("me", "\"waits\"");

        await engine.DeployAsync(changed => Program(changed, "A1 E", input: "other"));
        await engine.RaiseAsync("me", "E", "");

        (await engine.ResultAsync<string>("me")).ShouldBe("A1E");
    }

    [Fact]
    public async Task Replay_TimeOfATimerChanged_TheRecordedTimeCounts()
    {
        await using var engine = Program(new EngineHarness(), "T E");
        await engine.ScheduleAsync("Main", 0, id: "me");
        var due = engine.Clock.GetUtcNow().AddSeconds(10);

        await engine.DeployAsync(changed => Program(changed, "T E", seconds: 1000));
        await engine.AdvanceAsync(TimeSpan.FromSeconds(10));
        await engine.RaiseAsync("me", "E", "");

        (await engine.ResultAsync<string>("me")).ShouldBe("TE");
        engine.Clock.GetUtcNow().ShouldBe(due);
    }

    [Fact]
    public async Task Replay_CodeNowEndsEarlier_EndsWithoutWaitingForAnEvent()
    {
        await using var engine = Program(new EngineHarness(), "A1 E");
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.WhenShownAsync("me", "\"waits\"");

        await engine.DeployAsync(changed => Program(changed, "A1"));
        await engine.Client.RaiseEventAsync("me", "E", "");

        (await engine.ResultAsync<string>("me")).ShouldBe("A1");
    }

    [Fact]
    public async Task Replay_Broken_RefusesEventsAndCanBeRewoundOnceTheCodeIsBack()
    {
        await using var engine = Program(new EngineHarness(), "A1 A2 E");
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.WhenShownAsync("me", "\"waits\"");
        await engine.DeployAsync(changed => Program(changed, "A1 B2 E"));
        (await engine.Client.RaiseEventAsync("me", "E", "")).ShouldBeFalse();
        await engine.FailureAsync("me");

        await engine.DeployAsync(changed => Program(changed, "A1 A2 E"));
        (await engine.Client.RewindInstanceAsync("me")).ShouldBeTrue();
        await engine.RaiseAsync("me", "E", "");

        (await engine.ResultAsync<string>("me")).ShouldBe("A1A2E");
    }

    private static EngineHarness Program(EngineHarness engine, string steps, string input = "", int seconds = 10)
    {
        foreach (var name in (string[])["A1", "A2", "B1", "B2"]) engine.Activity<string, string>(name, _ => name);
        foreach (var name in (string[])["C1", "C2"])
            engine.Orchestrator<string, string>(name, (_, _) => Task.FromResult(name));
        return engine.Orchestrator<int, string>("Main", async (context, _) =>
        {
            var results = "";
            var open = new List<Task<string>>();
            foreach (var step in steps.Split(' '))
            {
                if (step == "E") context.SetCustomStatus("waits");
                open.Add(Step(context, step.TrimEnd('+'), input, seconds));
                if (step.EndsWith('+')) continue;
                foreach (var result in open) results += await result;
                open.Clear();
            }

            return results;
        });
    }

    private static async Task<string> Step(OrchestrationContext context, string step, string input, int seconds)
    {
        switch (step[0])
        {
            case 'C':
                return await context.CallSubOrchestratorAsync<string>(step, input);
            case 'T':
                await context.CreateTimer(TimeSpan.FromSeconds(seconds), CancellationToken.None);
                return step;
            case 'E':
                await context.WaitForExternalEvent<string>(step);
                return step;
            default:
                return await context.CallActivityAsync<string>(step, input);
        }
    }
}
