namespace Serverless.Engine.Tests.Storage;

/// <summary>A changed byte in an instance's row is named when it is read, by a check as by whoever asks, and is nobody
/// else's trouble.</summary>
public sealed class RowDamageTests
{
    public static TheoryData<string, string> Parts => new()
    {
        { "input = CAST(replace(CAST(input AS TEXT), 'a', 'b') AS BLOB)", "the column input" },
        { "input = NULL", "the column input" },
        { "output = CAST(replace(CAST(output AS TEXT), 'a', 'b') AS BLOB)", "the column output" },
        { "custom_status = CAST(replace(CAST(custom_status AS TEXT), 'a', 'b') AS BLOB)", "the column custom_status" },
        { "custom_status = output, custom_status_checksum = output_checksum", "the column custom_status" },
        { "failure = CAST('{\"type\":\"x\"}' AS BLOB)", "the column failure" },
        { "name = 'Wait'", "one of the columns id, name, created_at, root_key and parent_*" },
        { "created_at = created_at + 1", "one of the columns id, name, created_at, root_key and parent_*" },
        { "status = 3", "one of the columns status, updated_at, open_activities, wake_at and cascade" },
        { "wake_at = 5", "one of the columns status, updated_at, open_activities, wake_at and cascade" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Part_Changed_IsNamedByTheReaderAndByTheCheck(string change, string part)
    {
        await using var engine = Program();
        await engine.RunAsync<string>("Echo", "aaa", id: "me");
        await engine.RunAsync<string>("Echo", "aaa", id: "other");
        await engine.TamperAsync($"UPDATE instances SET {change} WHERE id = 'me'");

        var damage = await Should.ThrowAsync<EngineException>(() => engine.EndAsync("me"));

        damage.Kind.ShouldBe(EngineErrorKind.Corrupt);
        damage.Message.ShouldBe(
            $"The database '{engine.DatabasePath}' is damaged: {part} of instance 'me' does not match its checksum. " +
            "Restore the database from a copy.");
        (await engine.ResultAsync<string>("other")).ShouldBe("aaa");
        var findings = await engine.Engine.CheckAsync();
        var problem = $"{char.ToUpperInvariant(part[0])}{part[1..]} does not match its checksum.";
        findings.ShouldContain(new DatabaseFinding("me", null, problem));
        findings.ShouldAllBe(finding => finding.InstanceId == "me");
        (await engine.Client.PurgeInstanceAsync("me")).ShouldBe(1);
        (await engine.Engine.CheckAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Payload_Changed_DoesNotSpoilAListWithoutPayloads()
    {
        await using var engine = Program();
        await engine.RunAsync<string>("Echo", "aaa", id: "me");
        await engine.RunAsync<string>("Echo", "aaa", id: "other");
        await engine.TamperAsync("UPDATE instances SET output = x'31' WHERE id = 'me'");

        var page = await engine.Client.ListInstancesAsync(new OrchestrationQuery());

        page.Values.Select(instance => instance.InstanceId).ShouldBe(["me", "other"]);
        (await Should.ThrowAsync<EngineException>(
            () => engine.Client.ListInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true })))
            .Message.ShouldContain("the column output of instance 'me'");
    }

    [Fact]
    public async Task Input_OfALiveInstance_IsRefusedNotRunWith()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", "aaa", id: "me");
        await engine.ScheduleAsync("Wait", "aaa", id: "other");
        await engine.TamperAsync("UPDATE instances SET input = CAST('\"bbb\"' AS BLOB) WHERE id = 'me'");

        var damage = await Should.ThrowAsync<EngineException>(() => engine.Client.RaiseEventAsync("me", "go", 1));

        damage.Message.ShouldContain("the column input of instance 'me' does not match its checksum");
        (await Should.ThrowAsync<EngineException>(() => engine.EndAsync("me"))).Kind.ShouldBe(EngineErrorKind.Corrupt);
        await engine.RaiseAsync("other", "go", 1);
        (await engine.ResultAsync<string>("other")).ShouldBe("aaa");
        (await engine.Client.TerminateInstanceAsync("me")).ShouldBeTrue();
        (await engine.Client.WaitForInstanceCompletionAsync("me")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        engine.Engine.Broken.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Output_OfAChildWhoseParentWasNotTold_StopsThatFamilyAndNotTheStart()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Parent", "aaa", id: "p");
        await engine.WhenAsync(() => Task.FromResult(
            Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM instances WHERE reported = 1") == 1));
        await engine.TamperAsync(
            """
            DELETE FROM history WHERE position = (
              SELECT max(position) FROM history JOIN instances ON position >> 24 = key WHERE id = 'p');
            UPDATE instances SET reported = 0, output = x'31' WHERE id = 'p:0000';
            """);

        var damage = await Should.ThrowAsync<EngineException>(() => engine.EndAsync("p"));

        damage.Message.ShouldContain("the column output of instance 'p:0000' does not match its checksum");
        (await engine.RunAsync<string>("Echo", "works")).ShouldBe("works");
        engine.Log.Errors.ShouldNotBeEmpty();
    }

    /// <summary>As after a version that wrote none.</summary>
    [Fact]
    public async Task Row_WithoutChecksums_IsReadAsItIs()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", "aaa", id: "me");
        await engine.TamperAsync(
            """
            UPDATE instances SET identity_checksum = NULL, state_checksum = NULL, input_checksum = NULL;
            UPDATE instances SET input = CAST('"bbb"' AS BLOB);
            """);

        await engine.RaiseAsync("me", "go", 1);

        (await engine.ResultAsync<string>("me")).ShouldBe("bbb");
        (await engine.Engine.CheckAsync()).ShouldBeEmpty();
    }

    private static EngineHarness Program() => new EngineHarness()
        .Orchestrator<string, string>("Echo", (context, text) =>
        {
            context.SetCustomStatus("a");
            return Task.FromResult(text);
        })
        .Orchestrator<string, string>("Wait", async (context, text) =>
        {
            await context.WaitForExternalEvent<int>("go");
            return text;
        })
        .Orchestrator<string, string>("Parent", async (context, text) =>
        {
            var child = await context.CallSubOrchestratorAsync<string>("Echo", text);
            await context.WaitForExternalEvent<int>("go");
            return child;
        });
}
