namespace Serverless.Engine.Tests.Storage;

public sealed class StartTests
{
    [Fact]
    public async Task Start_SecondEngineOnTheSameFile_IsRefusedWithThePid()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.InUse);
        refused.Message.ShouldContain($"is in use by process {Environment.ProcessId}.");
        await engine.RaiseAsync("me", "go", 1);
        (await engine.ResultAsync<int>("me")).ShouldBe(1);
    }

    [Fact]
    public async Task Start_AfterTheFirstHasStopped_Works()
    {
        await using var engine = Program();
        for (var i = 0; i < 3; i++) await engine.RestartAsync();

        (await engine.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_NewerVersion_IsRefusedAndNothingTouched()
    {
        await using var engine = Program();
        await engine.RestartAsync();
        await engine.TamperAsync("PRAGMA user_version = 99");

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.NewerVersion);
        refused.Message.ShouldContain("schema 99; this program knows up to 4");
        Sqlite.Scalar<long>(engine.DatabasePath, "PRAGMA user_version").ShouldBe(99);
    }

    [Fact]
    public async Task Start_AnotherProgramsDatabase_IsRefusedAndNothingTouched()
    {
        await using var engine = Program();
        Sqlite.Execute(engine.DatabasePath, "CREATE TABLE songs(title TEXT)");

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.Corrupt);
        refused.Message.ShouldContain("belongs to another program");
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM sqlite_schema").ShouldBe(1);
        Sqlite.Scalar<string>(engine.DatabasePath, "PRAGMA journal_mode").ShouldBe("delete");
    }

    [Fact]
    public async Task Start_RandomBytes_IsRefused()
    {
        await using var engine = Program();
        var bytes = new byte[10_000];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i * 31 + 7);
        await File.WriteAllBytesAsync(engine.DatabasePath, bytes);

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.Corrupt);
        refused.Message.ShouldContain(engine.DatabasePath);
        (await File.ReadAllBytesAsync(engine.DatabasePath)).ShouldBe(bytes);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public async Task Start_TruncatedFile_IsNeverSilentlyWrong(double kept)
    {
        await using var engine = Program();
        for (var i = 0; i < 40; i++)
            await engine.RunAsync<string>("Echo", new string((char)('a' + i % 26), 4000), id: $"i-{i}");
        await engine.StopAsync();
        await using (var file = File.OpenWrite(engine.DatabasePath))
            file.SetLength((long)(file.Length * kept) / 4096 * 4096);

        var damage = await Should.ThrowAsync<EngineException>(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                var text = new string((char)('a' + i % 26), 4000);
                (await engine.GetAsync($"i-{i}")).SerializedOutput.ShouldBe($"\"{text}\"");
            }
        });

        damage.Kind.ShouldBe(EngineErrorKind.Corrupt);
        damage.Message.ShouldContain(engine.DatabasePath);
    }

    [Fact]
    public async Task Start_MissingFolder_IsRefusedByName()
    {
        await using var engine = Program();
        var path = Path.Combine(engine.DatabasePath + "-missing", "engine.db");
        engine.With(options => options with { DatabasePath = path });

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.Disk);
        refused.Message.ShouldBe(
            $"The folder of the database '{path}' does not exist. Create it, or choose another.");
    }

    [Fact]
    public async Task Start_PathIsAFolder_IsRefusedByName()
    {
        await using var engine = Program();
        Directory.CreateDirectory(engine.DatabasePath);

        Refused(engine).Kind.ShouldBe(EngineErrorKind.Disk);
    }

    [Fact]
    public async Task Start_Fails_LeavesTheFileFree()
    {
        await using var engine = Program();
        await engine.RestartAsync();
        await engine.TamperAsync("PRAGMA user_version = 99");
        Refused(engine);
        await engine.TamperAsync("PRAGMA user_version = 4");

        (await engine.RunAsync<string>("Echo", "works")).ShouldBe("works");
    }

    private static EngineException Refused(EngineHarness engine) => Should.Throw<EngineException>(
        () => DurableEngine.Start(engine.Options, engine.Registry, engine.Clock));

    private static EngineHarness Program() => new EngineHarness()
        .Orchestrator<string, string>("Echo", (_, text) => Task.FromResult(text))
        .Orchestrator<int, int>("Wait", (context, _) => context.WaitForExternalEvent<int>("go"));
}
