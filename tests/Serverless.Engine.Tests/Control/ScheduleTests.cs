using static Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.Engine.Tests.Control;

public sealed class ScheduleTests
{
    public static TheoryData<OrchestrationRuntimeStatus> States => [Running, Suspended, Completed, Failed, Terminated];

    [Fact]
    public async Task Schedule_WithoutAnId_GetsAFreshOne()
    {
        await using var engine = Waiting();

        var ids = await Task.WhenAll(engine.ScheduleAsync("Main", "a"), engine.ScheduleAsync("Main", "b"));

        ids[0].ShouldNotBe(ids[1]);
        (await engine.GetAsync(ids[1])).SerializedInput.ShouldBe("\"b\"");
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Schedule_IdTaken_KeepsTheHolderInTheStatesThatAreAskedFor(OrchestrationRuntimeStatus status)
    {
        await using var engine = await InStateAsync(status);

        var refused = await Should.ThrowAsync<OrchestrationAlreadyExistsException>(
            () => ScheduleAsync(engine, [Pending, Running, Suspended, Completed, Failed, Terminated]));

        refused.InstanceId.ShouldBe("me");
        refused.RuntimeStatus.ShouldBe(status);
        refused.Message.ShouldBe($"An instance 'me' already exists and is {status}.");
        var holder = await engine.GetAsync("me");
        holder.RuntimeStatus.ShouldBe(status);
        holder.SerializedInput.ShouldBe("\"old\"");
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Schedule_IdTaken_ReplacesTheHolderInAnyOtherState(OrchestrationRuntimeStatus status)
    {
        await using var engine = await InStateAsync(status);
        var others = Enum.GetValues<OrchestrationRuntimeStatus>().Except([status]).ToArray();

        await ScheduleAsync(engine, others);

        (await engine.GetAsync("me")).SerializedInput.ShouldBe("\"new\"");
        await engine.RestartAsync();
        await engine.RaiseAsync("me", "go", "done");
        (await engine.ResultAsync<string>("me")).ShouldBe("new done");
        await engine.StopAsync();
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM instances").ShouldBe(1);
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(DISTINCT position >> 24) FROM history").ShouldBe(1);
    }

    [Theory]
    [InlineData(Running, true)]
    [InlineData(Suspended, true)]
    [InlineData(Completed, false)]
    [InlineData(Failed, false)]
    [InlineData(Terminated, false)]
    public async Task Schedule_ByDefault_KeepsWhatLivesAndReplacesWhatHasEnded(OrchestrationRuntimeStatus status, bool kept)
    {
        await using var engine = await InStateAsync(status);

        if (kept) await Should.ThrowAsync<OrchestrationAlreadyExistsException>(() => ScheduleAsync(engine, null));
        else await ScheduleAsync(engine, null);

        (await engine.GetAsync("me")).SerializedInput.ShouldBe(kept ? "\"old\"" : "\"new\"");
    }

    [Fact]
    public async Task Schedule_ReplacesAnInstanceWithLiveChildren_EndsThemFirstAndReusesTheirIds()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<string, string>("Child", (context, _) => context.WaitForExternalEvent<string>("go"))
            .Orchestrator<string, string>("Middle", (context, _) => context.CallSubOrchestratorAsync<string>("Child", ""))
            .Orchestrator<string, string>("Main", (context, _) => context.CallSubOrchestratorAsync<string>("Middle", ""));
        var isThere = async () => await engine.Client.GetInstanceAsync("me:0000:0000") is { RuntimeStatus: Running };
        await engine.ScheduleAsync("Main", "old", id: "me");
        await engine.WhenAsync(isThere);

        await ScheduleAsync(engine, []);
        await engine.WhenAsync(isThere);
        await engine.RaiseAsync("me:0000:0000", "go", "new child");

        (await engine.ResultAsync<string>("me")).ShouldBe("new child");
        await engine.StopAsync();
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM instances").ShouldBe(3);
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(DISTINCT position >> 24) FROM history").ShouldBe(3);
    }

    [Fact]
    public async Task Schedule_ReplacesAnEndedInstanceWhoseChildLivesOn_EndsTheChildFirst()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<string, string>("Child", (context, _) => context.WaitForExternalEvent<string>("go"))
            .Orchestrator<string, string>("Main", (context, _) => context.CallSubOrchestratorAsync<string>("Child", ""));
        await engine.ScheduleAsync("Main", "old", id: "me");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("me:0000") is { RuntimeStatus: Running });
        await engine.Client.TerminateInstanceAsync("me", new TerminateInstanceOptions(Recursive: false));

        await ScheduleAsync(engine, null);
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("me:0000") is { RuntimeStatus: Running });
        await engine.RaiseAsync("me:0000", "go", "new child");

        (await engine.ResultAsync<string>("me")).ShouldBe("new child");
    }

    [Fact]
    public async Task Schedule_OneIdManyTimesAtOnce_ExactlyOneWins()
    {
        await using var engine = Waiting();
        var client = engine.Client;

        var tries = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            try
            {
                await Task.Run(() => client.ScheduleNewOrchestrationInstanceAsync(
                    "Main", $"{i}", new StartOrchestrationOptions { InstanceId = "me" }));
                return (int?)i;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return null;
            }
        }));

        var winner = tries.Where(i => i is not null).ShouldHaveSingleItem();
        await engine.RaiseAsync("me", "go", "done");
        (await engine.ResultAsync<string>("me")).ShouldBe($"{winner} done");
    }

    [Fact]
    public async Task Schedule_DuplicateOfASleepingInstance_DoesNotDisturbIt()
    {
        await using var engine = Waiting();
        await engine.ScheduleAsync("Main", "old", id: "me");
        await engine.RestartAsync();

        await Should.ThrowAsync<OrchestrationAlreadyExistsException>(() => ScheduleAsync(engine, null));

        engine.Engine.InstancesInMemory.ShouldBe(0);
        await engine.RaiseAsync("me", "go", "done");
        (await engine.ResultAsync<string>("me")).ShouldBe("old done");
    }

    [Fact]
    public async Task Schedule_NotAcceptable_IsRefusedByName()
    {
        await using var engine = Waiting();

        (await Should.ThrowAsync<ArgumentException>(() => engine.ScheduleAsync("Nobody", "")))
            .Message.ShouldStartWith("No orchestrator named 'Nobody' is registered.");
        (await Should.ThrowAsync<ArgumentException>(() => engine.ScheduleAsync(new string('n', 201), "")))
            .Message.ShouldStartWith("The name is 201 characters long; at most 200 are allowed.");
        (await Should.ThrowAsync<ArgumentException>(() => engine.ScheduleAsync("Main", "", new string('i', 201))))
            .Message.ShouldStartWith("The instance id is 201 characters long; at most 200 are allowed.");
        (await Should.ThrowAsync<ArgumentException>(() => engine.ScheduleAsync("Main", "", "a\u0007b")))
            .Message.ShouldStartWith("The instance id holds a control character or half a surrogate pair at position 1.");
        (await Should.ThrowAsync<ArgumentException>(() => engine.ScheduleAsync("Main", "", "a\ud83d")))
            .Message.ShouldStartWith("The instance id holds a control character or half a surrogate pair at position 1.");
        (await Should.ThrowAsync<ArgumentException>(() => engine.ScheduleAsync("Main", "", " "))).ShouldNotBeNull();
        await Should.ThrowAsync<ArgumentException>(
            () => engine.ScheduleAsync("Main", new string('x', EngineLimits.MaxPayloadBytes)));
        await Should.ThrowAsync<NotSupportedException>(() => engine.ScheduleAsync("Main", new Uri("http://localhost")));
        (await engine.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedule_LongestIdWithAnyLetters_IsKeptAsItIs()
    {
        var id = string.Concat(Enumerable.Repeat("é😀 /?#'%_", 20));
        await using var engine = Waiting();

        await engine.ScheduleAsync("Main", "x", id[..200]);
        await engine.RestartAsync();
        await engine.RaiseAsync(id[..200], "go", "done");

        (await engine.ResultAsync<string>(id[..200])).ShouldBe("x done");
    }

    private static Task<string> ScheduleAsync(EngineHarness engine, IReadOnlyList<OrchestrationRuntimeStatus>? dedupe)
    {
        var options = new StartOrchestrationOptions { InstanceId = "me" };
        if (dedupe is not null) options = options with { DedupeStatuses = dedupe };
        return engine.Client.ScheduleNewOrchestrationInstanceAsync("Main", "new", options).WaitAsync(EngineHarness.Patience);
    }

    private static async Task<EngineHarness> InStateAsync(OrchestrationRuntimeStatus status)
    {
        var engine = Waiting();
        await engine.ScheduleAsync("Main", "old", id: "me");
        if (status == Suspended) await engine.Client.SuspendInstanceAsync("me");
        if (status == Terminated) await engine.Client.TerminateInstanceAsync("me");
        if (status == Completed) await engine.RaiseAsync("me", "go", "done");
        if (status == Failed) await engine.RaiseAsync("me", "go", 0);
        if (status.IsEnded()) await engine.EndAsync("me");
        return engine;
    }

    private static EngineHarness Waiting() => new EngineHarness().Orchestrator<string, string>(
        "Main", async (context, input) => $"{input} {await context.WaitForExternalEvent<string>("go")}");
}
