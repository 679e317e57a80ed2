using System.Runtime.CompilerServices;

namespace Serverless.Engine.Tests.Storage;

/// <summary>Databases of earlier versions, as files that are never made again.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task Version1_Opened_GoesOnWithAllThatWasThere()
    {
        using var folder = new TemporaryFolder();
        File.Copy(PathOf("version-1.db"), folder.File("old.db"));
        Sqlite.Scalar<long>(folder.File("old.db"), "PRAGMA user_version").ShouldBe(1);
        await using var engine = new EngineHarness()
            .Activity<int, int>("Work", i => i)
            .Orchestrator<string, string>("Echo", (_, text) => Task.FromResult(text))
            .Orchestrator<int, int>("Wait", (context, _) => context.WaitForExternalEvent<int>("go"))
            .Orchestrator<int, int>("Work", (context, i) => context.CallActivityAsync<int>("Work", i))
            .With(options => options with { DatabasePath = folder.File("old.db") });

        (await engine.ResultAsync<string>("ended")).ShouldBe("kept");
        (await engine.ResultAsync<int>("working")).ShouldBe(7);
        await engine.RaiseAsync("waiting", "go", 5);
        (await engine.ResultAsync<int>("waiting")).ShouldBe(5);
        await engine.StopAsync();

        Sqlite.Scalar<long>(folder.File("old.db"), "PRAGMA user_version").ShouldBe(4);
        Sqlite.Scalar<string>(folder.File("old.db"), "PRAGMA integrity_check").ShouldBe("ok");
    }

    [Fact]
    public void Version1_OnlyLookedAt_IsReadAndLeftAsItIs()
    {
        using var folder = new TemporaryFolder();
        File.Copy(PathOf("version-1.db"), folder.File("old.db"));
        using (var reader = DurableReader.Open(folder.File("old.db")))
        {
            reader.Find("ended", withPayloads: true)!.SerializedOutput.ShouldBe("\"kept\"");
            reader.List(new OrchestrationQuery()).Values.Count.ShouldBe(3);
            reader.Check().ShouldBeEmpty();
        }

        Sqlite.Scalar<long>(folder.File("old.db"), "PRAGMA user_version").ShouldBe(1);
    }

    private static string PathOf(string file, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, file);
}
