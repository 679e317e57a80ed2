using Microsoft.Data.Sqlite;
using Serverless.Core;
using Serverless.Durable;
using Serverless.Engine;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>Bad input: a clear message on standard error, exit code 2, nothing written.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("nothing", "in.json: ")]
    [InlineData("{\"id\":\"a\"", "in.json: ")]
    [InlineData("[{\"id\":\"a\"},", "in.json: ")]
    [InlineData("\"a\"", "in.json: ")]
    [InlineData("[1]", "Entry 1 (index 0, line 1) is a number (1); a flashpoint is an object with an \"id\".")]
    [InlineData("[{\"id\":\"a\"},\n{\"title\":\"b\"}]", "Entry 2 (index 1, line 2) has no \"id\"")]
    [InlineData("[{\"id\":\"a\"},\n{\"id\":\"b\"},\n{\"id\":\"a\"}]",
        "Entry 3 (index 2, line 3): the id \"a\" is that of entry 1 (index 0) already")]
    [InlineData("[{\"id\":7}]", "Entry 1 (index 0, line 1): \"id\" is a number (7); an id is a text of 1 to 256 characters.")]
    [InlineData("[{\"id\":\"\"}]", "Entry 1 (index 0, line 1): \"id\" is blank; an id is a text of 1 to 256 characters.")]
    public async Task Run_OfABadList_SaysWhatAndWhere(string list, string message)
    {
        using var cli = new EmbeddedHarness();
        cli.Write("in.json", list);

        await RefusedAsync(cli, message, "run", "in.json", "--out", "out.json");
        cli.Error.ShouldContain("\nfanout: in.json: ");
        await RefusedAsync(cli, message, "plan", "in.json", "--workers", "2");
    }

    [Fact]
    public async Task Run_OfAListWithATooLongId_SaysHowLong()
    {
        using var cli = new EmbeddedHarness();
        cli.Write("in.json", $$"""[{"id":"{{new string('x', Limits.MaxFlashpointIdLength + 1)}}"}]""");

        await RefusedAsync(cli, "Entry 1 (index 0, line 1): \"id\" has 257 characters", "run", "in.json");
    }

    [Fact]
    public async Task Run_OfABadListOnStandardInput_NamesIt()
    {
        using var cli = new EmbeddedHarness { Input = "[{\"id\":\"a\"},{\"id\":\"a\"}]" };

        await RefusedAsync(cli, "standard input: Entry 2 (index 1, line 1): the id \"a\" is that of entry 1", "run", "-");
    }

    [Theory]
    [InlineData("FILE is \"missing.json\", which does not exist", "run missing.json")]
    [InlineData("--workers is \"0\"", "run in.json --workers 0")]
    [InlineData("--workers is \"-1\"", "run in.json --workers -1")]
    [InlineData("--workers is \"abc\"", "run in.json --workers abc")]
    [InlineData("--workers is \"100000\"", "run in.json --workers 100000")]
    [InlineData("--format is \"xml\"", "run in.json --format xml")]
    [InlineData("--out is \"no/out.json\", which cannot be written: its folder does not exist", "run in.json --out no/out.json")]
    [InlineData("--endpoint is \"ftp://x\"", "run in.json --endpoint ftp://x")]
    [InlineData("RUNPOD_API_KEY is not set", "run in.json --endpoint abc")]
    [InlineData("there is no run \"etl-9\" in ", "show etl-9")]
    [InlineData("there is no run \"etl-9\" in ", "results etl-9")]
    [InlineData("there is no run \"etl-9\" in ", "resume etl-9")]
    [InlineData("there is no run \"etl-9\" in ", "retry etl-9")]
    [InlineData("there is no run \"etl-9\" in ", "cancel etl-9")]
    [InlineData("there is no run \"etl-9\" in ", "purge etl-9 --yes")]
    public async Task Command_BadlyUsed_SaysWhy(string message, string command)
    {
        using var cli = new EmbeddedHarness();

        await RefusedAsync(cli, message, command.Split(' '));
    }

    [Theory]
    [InlineData("RUNPOD_WORKERS=many", "RUNPOD_WORKERS is \"many\" (.env")]
    [InlineData("POLL_SECONDS=0", "POLL_SECONDS is \"0\" (.env")]
    [InlineData("REQUEST_TIMEOUT=-5", "REQUEST_TIMEOUT is \"-5\" (.env")]
    public async Task Run_WithABadSettingInDotEnv_NamesItAndItsPlace(string line, string message)
    {
        using var cli = new EmbeddedHarness();
        cli.Environment.Clear();
        cli.Write(".env", line + "\n");

        await RefusedAsync(cli, message, "run", "in.json");
    }

    [Fact]
    public async Task Run_OnADatabaseInUse_NamesItsOwner()
    {
        using var cli = new EmbeddedHarness();
        await using var owner = Own(cli);

        await RefusedAsync(
            cli, $"The database '{cli.DatabasePath}' is in use by process {Environment.ProcessId}.", "run", "in.json");
    }

    [Fact]
    public async Task Run_OnADatabaseOfANewerVersion_SaysSo()
    {
        using var cli = new EmbeddedHarness();
        await Own(cli).DisposeAsync();
        Execute(cli.DatabasePath, "PRAGMA user_version = 99");

        await RefusedAsync(cli, "was written by a newer version (schema 99; this program knows up to ", "run", "in.json");
        await RefusedAsync(cli, "was written by a newer version", "runs");
    }

    [Fact]
    public async Task Run_OnACorruptDatabase_SaysSo()
    {
        using var cli = new EmbeddedHarness();
        await Own(cli).DisposeAsync();
        foreach (var file in Directory.GetFiles(cli.PathOf(".fanout"), "fanout.db-*")) File.Delete(file);
        File.WriteAllText(cli.DatabasePath, new string('x', 8192));

        await RefusedAsync(cli, $"The database '{cli.DatabasePath}' is damaged or is no fanout database", "run", "in.json");
        await RefusedAsync(cli, "is damaged or is no fanout database", "runs");
        await RefusedAsync(cli, "is damaged or is no fanout database", "show", "etl-1");
    }

    [Fact]
    public async Task Run_OnTheDatabaseOfAnotherProgram_LeavesItAlone()
    {
        using var cli = new EmbeddedHarness();
        await Own(cli).DisposeAsync();
        foreach (var file in Directory.GetFiles(cli.PathOf(".fanout"), "fanout.db*")) File.Delete(file);
        File.WriteAllText(cli.DatabasePath + ".lock", "");
        Execute(cli.DatabasePath, "CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)");

        await RefusedAsync(cli, "belongs to another program; choose another folder.", "run", "in.json");
    }

    [Fact]
    public async Task Run_OfAnotherListUnderAKnownId_ChangesNothingOfThatRun()
    {
        using var cli = new EmbeddedHarness(flashpoints: 1);
        await using var endpoint = await Endpoint.StartAsync();
        cli.Use(endpoint);
        (await cli.RunAsync("run", "in.json", "--run-id", "r")).ShouldBe(0, cli.Error);
        cli.Write("in.json", """[{"id":"another"}]""");
        var results = Directory.GetFiles(cli.PathOf(".fanout/results"), "*", SearchOption.AllDirectories);

        (await cli.RunAsync("run", "in.json", "--run-id", "r")).ShouldBe(2, cli.Error);

        cli.Error.ShouldContain("fanout: The run 'r' is already there, over another list (1 flashpoints");
        Directory.GetFiles(cli.PathOf(".fanout/results"), "*", SearchOption.AllDirectories).ShouldBe(results);
        endpoint.JobsSubmitted.ShouldBe(1);
    }

    private static async Task RefusedAsync(EmbeddedHarness cli, string message, params string[] command)
    {
        var before = cli.Snapshot;

        var exitCode = await cli.RunAsync(command);

        cli.Error.ShouldContain(message);
        exitCode.ShouldBe(ExitCode.Usage);
        cli.Output.ShouldBeEmpty();
        cli.Snapshot.ShouldBe(before);
    }

    /// <summary>An engine on the state folder's database, as another process has it.</summary>
    private static DurableEngine Own(EmbeddedHarness cli)
    {
        Directory.CreateDirectory(cli.PathOf(".fanout"));
        return DurableEngine.Start(
            new EngineOptions { DatabasePath = cli.DatabasePath },
            new DurableRegistry(Core.Runs.RunJson.Default.Options));
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
