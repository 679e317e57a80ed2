using Serverless.Engine.Storage;

namespace Serverless.Engine.Tests.Storage;

public sealed class DamageTests
{
    [Fact]
    public async Task Segment_OneByteFlipped_IsNamedAndOthersGoOn()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.ScheduleAsync("Wait", 0, id: "other");
        await engine.RaiseAsync("me", "first", 1);
        await engine.TamperAsync(
            """
            UPDATE history SET events = CAST(replace(CAST(events AS TEXT), '"in":1', '"in":2') AS BLOB)
            WHERE position >> 24 = (SELECT key FROM instances WHERE id = 'me')
            """);

        var damage = await Should.ThrowAsync<EngineException>(() => engine.Client.RaiseEventAsync("me", "go", 1));

        damage.Kind.ShouldBe(EngineErrorKind.Corrupt);
        damage.Message.ShouldBe(
            $"The database '{engine.DatabasePath}' is damaged: segment 1 of instance 'me' does not match its checksum. " +
            "Restore the database from a copy.");
        (await Should.ThrowAsync<EngineException>(() => engine.EndAsync("me"))).Kind.ShouldBe(EngineErrorKind.Corrupt);
        (await engine.Client.TerminateInstanceAsync("me")).ShouldBeTrue();
        (await engine.EndAsync("me")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        await engine.RaiseAsync("other", "first", 1);
        await engine.RaiseAsync("other", "go", 1);
        (await engine.ResultAsync<int>("other")).ShouldBe(2);
        engine.Engine.Broken.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Segment_DamagedWithAnActivityOpen_DoesNotStopTheActivitiesOfOthers()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.TamperAsync(
            """
            UPDATE history SET checksum = checksum + 1;
            UPDATE instances SET open_activities = 1, state_checksum = NULL;
            """);

        _ = engine.Engine;
        await Should.ThrowAsync<EngineException>(() => engine.EndAsync("me"));

        (await engine.RunAsync<int>("Work", 4)).ShouldBe(4);
    }

    [Fact]
    public async Task Segment_InAnotherPlace_IsNoticed()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.RaiseAsync("me", "first", 1);
        await engine.TamperAsync("UPDATE history SET position = position + 1 WHERE position & 1");

        var damage = await Should.ThrowAsync<EngineException>(() => engine.Client.RaiseEventAsync("me", "go", 1));

        damage.Message.ShouldContain("segment 2 of instance 'me' does not match its checksum");
    }

    [Fact]
    public async Task Segment_OfAKindThatWeDoNotKnow_IsNamedAndNotGuessedAt()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.StopAsync();
        var bytes = """[{"e":"Turn","at":"2025-01-01T00:00:00Z"},{"e":"Started"},{"e":"Teleported"}]"""u8.ToArray();
        var key = Sqlite.Scalar<long>(engine.DatabasePath, "SELECT key FROM instances");
        var position = HistoryPosition.Of(key, 0);
        Sqlite.Execute(
            engine.DatabasePath,
            $"UPDATE history SET events = x'{Convert.ToHexString(bytes)}', " +
            $"checksum = {HistoryPosition.Checksum(position, bytes)}");

        var damage = await Should.ThrowAsync<EngineException>(() => engine.Client.RaiseEventAsync("me", "go", 1));

        damage.Kind.ShouldBe(EngineErrorKind.Corrupt);
        damage.Message.ShouldContain(
            "segment 0 of instance 'me' is of a kind that this version does not know (Unknown event 'Teleported'.)");
    }

    [Fact]
    public async Task Payload_NestedAsDeeplyAsCanBeWritten_IsReadBack()
    {
        await using var engine = Program();
        var depth = 63;
        var json = new string('[', depth) + new string(']', depth);
        await engine.ScheduleAsync("Deep", 0, id: "me");
        using var document = System.Text.Json.JsonDocument.Parse(json);
        await engine.RaiseAsync("me", "first", document.RootElement);
        await engine.RestartAsync();

        await engine.RaiseAsync("me", "go", 1);

        (await engine.ResultAsync<string>("me")).ShouldBe(json);
    }

    private static EngineHarness Program() => new EngineHarness()
        .Activity<int, int>("Work", i => i)
        .Orchestrator<int, int>("Work", (context, i) => context.CallActivityAsync<int>("Work", i))
        .Orchestrator<int, int>("Wait", async (context, _) =>
            await context.WaitForExternalEvent<int>("first") + await context.WaitForExternalEvent<int>("go"))
        .Orchestrator<int, string>("Deep", async (context, _) =>
        {
            var deep = await context.WaitForExternalEvent<System.Text.Json.JsonElement>("first");
            await context.WaitForExternalEvent<int>("go");
            return deep.GetRawText();
        });
}
