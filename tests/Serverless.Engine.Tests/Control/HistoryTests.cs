using System.Text.Json;
using Kind = Serverless.Durable.OrchestrationHistoryEventType;

namespace Serverless.Engine.Tests.Control;

/// <summary>What clients see of a history.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task History_OfActivitiesAndTimers_TellsAllInOrder()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Double", n => n < 0 ? throw new ArgumentException("too small") : n * 2)
            .Orchestrator<int, int>("Main", async (context, n) =>
            {
                await Caught.OfAsync<TaskFailedException>(context.CallActivityAsync<int>("Double", -1));
                await context.CreateTimer(TimeSpan.FromMinutes(1), default);
                return await context.CallActivityAsync<int>("Double", n);
            });
        var start = engine.Clock.GetUtcNow();
        var id = await engine.ScheduleAsync("Main", 21);
        await engine.AdvanceAsync(TimeSpan.FromMinutes(1));
        await engine.EndAsync(id);

        var history = await engine.Client.GetOrchestrationHistoryAsync(id);

        history.Select(e => e.EventType).ShouldBe(
        [
            Kind.ExecutionStarted, Kind.TaskScheduled, Kind.TaskFailed, Kind.TimerCreated, Kind.TimerFired, Kind.TaskScheduled,
            Kind.TaskCompleted, Kind.ExecutionCompleted,
        ]);
        history.Select(e => e.TaskId).ShouldBe([null, 0, 0, 1, 1, 2, 2, null]);
        history.Select(e => e.Name).ShouldBe(["Main", "Double", "Double", null, null, "Double", "Double", null]);
        history.Select(e => e.SerializedInput).ShouldBe(["21", "-1", null, null, null, "21", null, null]);
        history.Select(e => e.SerializedResult).ShouldBe([null, null, null, null, null, null, "42", "42"]);
        history[2].FailureDetails!.ErrorMessage.ShouldBe("too small");
        history[3].FireAt.ShouldBe(start + TimeSpan.FromMinutes(1));
        history[4].FireAt.ShouldBe(history[3].FireAt);
        history[0].Timestamp.ShouldBe(start);
        history[^1].Timestamp.ShouldBe(start + TimeSpan.FromMinutes(1));
        history[^1].OrchestrationStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public async Task History_OfChildren_NamesThem()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Child", (_, n) => n > 0 ? Task.FromResult(n) : throw new ArgumentException("too small"))
            .Orchestrator<int, int>("Main", async (context, _) =>
            {
                await context.CallSubOrchestratorAsync<int>("Child", 1, "good");
                await Caught.OfAsync<TaskFailedException>(context.CallSubOrchestratorAsync<int>("Child", 0, "bad"));
                return 0;
            });
        await engine.RunAsync<int>("Main", 0, id: "me");

        var history = await engine.Client.GetOrchestrationHistoryAsync("me");

        history.Where(e => e.InstanceId is not null).Select(e => (e.EventType, e.Name, e.InstanceId)).ShouldBe(
        [
            (Kind.SubOrchestrationInstanceCreated, "Child", "good"),
            (Kind.SubOrchestrationInstanceCompleted, "Child", "good"),
            (Kind.SubOrchestrationInstanceCreated, "Child", "bad"),
            (Kind.SubOrchestrationInstanceFailed, "Child", "bad"),
        ]);
    }

    [Fact]
    public async Task History_OfWhatCameFromOutside_TellsPayloadsAndReasons()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>(
            "Main",
            async (context, _) =>
            {
                await context.WaitForExternalEvent<string>("first");
                return await context.WaitForExternalEvent<string>("second");
            });
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.RaiseAsync("me", "first", "a");
        await engine.Client.SuspendInstanceAsync("me", "wait");
        await engine.Client.ResumeInstanceAsync("me", "go on");
        await engine.Client.TerminateInstanceAsync("me", new TerminateInstanceOptions("over"));
        await engine.EndAsync("me");

        var history = await engine.Client.GetOrchestrationHistoryAsync("me");

        history.Skip(1).Select(e => (e.EventType, e.Name, e.SerializedInput, e.Reason)).ShouldBe(
        [
            (Kind.EventRaised, "first", "\"a\"", null),
            (Kind.ExecutionSuspended, null, null, "wait"),
            (Kind.ExecutionResumed, null, null, "go on"),
            (Kind.ExecutionTerminated, null, "\"over\"", null),
            (Kind.ExecutionCompleted, null, null, null),
        ]);
        history[^1].OrchestrationStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task History_OfNobody_IsRefusedByName()
    {
        await using var engine = new EngineHarness();

        var refused = await Should.ThrowAsync<InstanceNotFoundException>(() => engine.Client.GetOrchestrationHistoryAsync("me"));

        refused.InstanceId.ShouldBe("me");
    }

    [Theory]
    [InlineData("Number", "42", "42")]
    [InlineData("Text", "\"a\\u0062\"", "\"ab\"")]
    [InlineData("List", " [1,\n 2] ", "[1,2]")]
    [InlineData("Raw", "{\"a\":{\"b\":null}}", "{\"a\":{\"b\":null}}")]
    public async Task Event_RaisedAsRawJson_IsReadAsTheOrchestratorsType(string orchestrator, string json, string output)
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Number", (context, _) => context.WaitForExternalEvent<int>("go"))
            .Orchestrator<int, string>("Text", (context, _) => context.WaitForExternalEvent<string>("go"))
            .Orchestrator<int, List<int>>("List", (context, _) => context.WaitForExternalEvent<List<int>>("go"))
            .Orchestrator<int, JsonElement>("Raw", (context, _) => context.WaitForExternalEvent<JsonElement>("go"));
        var id = await engine.ScheduleAsync(orchestrator, 0);
        await engine.RestartAsync();

        await engine.RaiseAsync(id, "go", JsonSerializer.Deserialize<JsonElement>(json));

        (await engine.EndAsync(id)).SerializedOutput.ShouldBe(output);
    }
}
