using Serverless.Cli.Tests.Doubles;

namespace Serverless.Cli.Tests.CommandLine;

public sealed class BadUsageTests
{
    private const string Workers = "Allowed: a whole number from 1 to 10000.";
    private const string Timeout =
        "Allowed: seconds from 1 to 604800, or a time such as 90m, 2h or 1h30m, up to 7 days.";

    private const string RunId =
        "Allowed: 1 to 100 letters, digits, '-', '_' and '.', the first a letter or digit.";

    [Theory]
    [InlineData("", "a command is missing")]
    [InlineData("rnu in.json", "command \"rnu\" is not known", "Did you mean run?")]
    [InlineData("resum", "command \"resum\" is not known", "Did you mean resume?")]
    [InlineData("destroy", "command \"destroy\" is not known", "fanout --help shows what is allowed.")]
    [InlineData("run", "FILE is missing", "fanout run --help shows what is allowed.")]
    [InlineData("run in.json more.json", "\"more.json\" is one argument too many")]
    [InlineData("run in.json --wokers 2", "option \"--wokers\" is not known", "Did you mean --workers?")]
    [InlineData("run --wokers 2 in.json", "option \"--wokers\" is not known", "Did you mean --workers?")]
    [InlineData("run in.json --workers 0", $"--workers is \"0\". {Workers}")]
    [InlineData("run in.json --workers -1", $"--workers is \"-1\". {Workers}")]
    [InlineData("run in.json --workers abc", $"--workers is \"abc\". {Workers}")]
    [InlineData("run in.json --workers 100000", $"--workers is \"100000\". {Workers}")]
    [InlineData("run in.json --workers=1.5", $"--workers is \"1.5\". {Workers}")]
    [InlineData("run in.json --workers", "--workers needs a value")]
    [InlineData("run in.json --workers 1 --workers 2", "--workers is given more than once")]
    [InlineData("run in.json --date 2025-02-30", "--date is \"2025-02-30\". Allowed: a date as yyyy-MM-dd.")]
    [InlineData("run in.json --date 01/02/2025", "--date is \"01/02/2025\". Allowed: a date as yyyy-MM-dd.")]
    [InlineData("run in.json --run-id ../x", $"--run-id is \"../x\". {RunId}")]
    [InlineData("run in.json --run-id .x", $"--run-id is \".x\". {RunId}")]
    [InlineData("run in.json --chunk-size 0", "--chunk-size is \"0\". Allowed: a whole number from 1 to 1000000.")]
    [InlineData("run in.json --by size", "--by is \"size\". Allowed: even, weight.")]
    [InlineData("run in.json --by 1", "--by is \"1\". Allowed: even, weight.")]
    [InlineData("run in.json --format xml", "--format is \"xml\". Allowed: json, jsonl, csv.")]
    [InlineData("run in.json --max-attempts 0", "--max-attempts is \"0\". Allowed: a whole number from 1 to 21.")]
    [InlineData("run in.json --max-attempts 22", "--max-attempts is \"22\". Allowed: a whole number from 1 to 21.")]
    [InlineData("run in.json --timeout 0", $"--timeout is \"0\". {Timeout}")]
    [InlineData("run in.json --timeout 8d", $"--timeout is \"8d\". {Timeout}")]
    [InlineData("run in.json --timeout 169h", $"--timeout is \"169h\". {Timeout}")]
    [InlineData("run in.json --timeout 30m2h", $"--timeout is \"30m2h\". {Timeout}")]
    [InlineData("run in.json --endpoint ftp://x", "--endpoint is \"ftp://x\". Allowed: an endpoint id")]
    [InlineData("run in.json --endpoint rpa_SECRET", "--endpoint is (hidden). Allowed: an endpoint id")]
    [InlineData("run in.json --endpoint abc", "RUNPOD_API_KEY is not set, but RUNPOD_ENDPOINT is (command line).")]
    [InlineData("run in.json --state s3://x", "--state is \"s3://x\". Allowed: a folder's path.")]
    [InlineData("run in.json --state in.json", "in.json\", which is a file")]
    [InlineData("run in.json --out ./in.json", "--out is \"./in.json\", which is the file that")]
    [InlineData("run in.json --out .", "--out is \".\", which cannot be written: it is a folder")]
    [InlineData("run in.json --out nowhere/out.json", "which cannot be written: its folder does not exist")]
    [InlineData("run missing.json", "FILE is \"missing.json\", which does not exist")]
    [InlineData("run .", "FILE is \".\", which cannot be read")]
    [InlineData("retry", "RUN is missing")]
    [InlineData("retry etl-1 --out nowhere/out.json", "which cannot be written: its folder does not exist")]
    [InlineData("resume --workers 3", "option \"--workers\" is not known")]
    [InlineData("resume etl-1 --out nowhere/out.json", "which cannot be written: its folder does not exist")]
    [InlineData("cancel", "RUN is missing")]
    [InlineData("show etl-1 etl-2", "\"etl-2\" is one argument too many")]
    [InlineData("show --yes", "option \"--yes\" is not known")]
    [InlineData("results etl-1 --format parquet", "--format is \"parquet\". Allowed: json, jsonl, csv.")]
    [InlineData("results etl-1 --out nowhere/x", "which cannot be written: its folder does not exist")]
    [InlineData("purge etl-1", "purge deletes the results of run etl-1", "Allowed: --yes.")]
    [InlineData("plan", "FILE is missing")]
    [InlineData("plan missing.json", "FILE is \"missing.json\", which does not exist")]
    [InlineData("plan in.json --workers none", $"--workers is \"none\". {Workers}")]
    [InlineData(
        "plan in.json --seconds-per-flashpoint -1",
        "--seconds-per-flashpoint is \"-1\". Allowed: seconds, a number from 0 to 604800.")]
    [InlineData("emulator", "--port is missing")]
    [InlineData("emulator --port 65536", "--port is \"65536\". Allowed: a whole number from 0 to 65535.")]
    [InlineData("emulator --port 0 --faults missing.json", "--faults is \"missing.json\", which does not exist")]
    [InlineData("emulator --port 0 --cold-start 1h", "--cold-start is \"1h\". Allowed: seconds,")]
    [InlineData("emulator --port 0 --workers-max 0", $"--workers-max is \"0\". {Workers}")]
    public async Task BadUsage_OfAnyCommand_SaysWhatAndTouchesNothing(string line, string message, string? hint = null)
    {
        using var cli = new CommandLineHarness();

        var exitCode = await cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        exitCode.ShouldBe(2);
        cli.Error.ShouldStartWith("fanout: ");
        cli.Error.Split('\n')[0].ShouldContain(message);
        if (hint is not null) cli.Error.Split('\n')[1].ShouldBe(hint);
        cli.Error.ShouldNotContain("   at ");
        cli.Output.ShouldBeEmpty();
        cli.OutputBytes.ShouldBeEmpty();
        cli.Files.ShouldBeEmpty();
        cli.Head.WasUsed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("show")]
    [InlineData("run")]
    public async Task Argument_Blank_IsBadUsage(string command)
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync(command, "")).ShouldBe(2);

        cli.Head.WasUsed.ShouldBeFalse();
    }

    [Fact]
    public async Task SeveralErrors_OnOneLine_AreAllSaid()
    {
        using var cli = new CommandLineHarness();

        await cli.RunAsync("run", "in.json", "--workers", "0", "--format", "xml");

        cli.Error.Split('\n').Count(line => line.StartsWith("fanout: ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Theory]
    [InlineData(".env", "RUNPOD_WORKERS=many", "RUNPOD_WORKERS is \"many\" (.env line 1). ")]
    [InlineData(".env", "MAX_RETRIES=3\nRUNPOD_WORKR=3", "RUNPOD_WORKR is not a setting (.env line 2). ")]
    [InlineData("local.settings.json", "{\"Values\":{\"POLL_SECONDS\":\"x\"}}", "POLL_SECONDS is \"x\" (local.")]
    [InlineData("local.settings.json", "Values", "line 1 is not JSON")]
    public async Task Settings_BadInAFile_StopEveryCommandBeforeItStarts(string file, string text, string message)
    {
        foreach (var line in new[] { "run in.json --out out.json", "runs", "plan in.json", "emulator --port 0" })
        {
            using var cli = new CommandLineHarness();
            cli.Write(file, text);

            (await cli.RunAsync(line.Split(' '))).ShouldBe(2, line);

            cli.Error.ShouldStartWith($"fanout: {message}", customMessage: line);
            cli.Head.WasUsed.ShouldBeFalse(line);
            cli.Files.ShouldBe([file]);
        }
    }

    [Fact]
    public async Task OutputFile_ThatIsReadOnly_IsLeftAsItIs()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;
        using var cli = new CommandLineHarness();
        cli.Write("out.json", "precious");
        File.SetUnixFileMode(cli.FullPath("out.json"), UnixFileMode.UserRead);

        (await cli.RunAsync("run", "in.json", "--out", "out.json")).ShouldBe(2);

        cli.Error.ShouldStartWith("fanout: --out is \"out.json\", which cannot be written: permission is denied");
        cli.Read("out.json").ShouldBe("precious");
        cli.Head.WasUsed.ShouldBeFalse();
    }
}
