using Microsoft.Extensions.Logging;
using Serverless.Core.Settings;

namespace Serverless.Cli.Tests.Settings;

public sealed class SettingsParserTests
{
    public static TheoryData<string, string, object?> GoodValues => new()
    {
        { "RUNPOD_API_KEY", "rpa_ABC123", new Secret("rpa_ABC123") },
        { "RUNPOD_WORKERS", "1", 1 },
        { "RUNPOD_WORKERS", "10000", 10_000 },
        { "RUNPOD_WORKERS", " 8 ", 8 },
        { "RUNPOD_WORKERS", "", null },
        { "RUNPOD_WORKERS", "   ", null },
        { "REQUEST_TIMEOUT", "1", TimeSpan.FromSeconds(1) },
        { "REQUEST_TIMEOUT", "604800", TimeSpan.FromDays(7) },
        { "GPU_TIMEOUT", "60", TimeSpan.FromSeconds(60) },
        { "RENDER_TIMEOUT_S", "61", TimeSpan.FromSeconds(61) },
        { "SCRAPE_TIMEOUT_S", "62", TimeSpan.FromSeconds(62) },
        { "NAVIGATION_TIMEOUT_S", "63", TimeSpan.FromSeconds(63) },
        { "MAX_RETRIES_PER_JOB", "0", 0 },
        { "MAX_RETRIES_PER_JOB", "20", 20 },
        { "POLL_SECONDS", "0.001", TimeSpan.FromMilliseconds(1) },
        { "POLL_SECONDS", "2.5", TimeSpan.FromMilliseconds(2_500) },
        { "POLL_SECONDS", "300", TimeSpan.FromMinutes(5) },
        { "LOG_LEVEL", "DEBUG", LogLevel.Debug },
        { "LOG_LEVEL", "INFO", LogLevel.Information },
        { "LOG_LEVEL", "WARNING", LogLevel.Warning },
        { "LOG_LEVEL", "error", LogLevel.Error },
        { "LOG_LEVEL", "CRITICAL", LogLevel.Critical },
        { "LOG_LEVEL", "Trace", LogLevel.Trace },
        { "LOG_LEVEL", "Information", LogLevel.Information },
        { "LOG_LEVEL", "None", LogLevel.None },
        { "DAILY_SCHEDULE", "0 */5 * * * *", "0 */5 * * * *" },
        { "DAILY_SCHEDULE", "30 0,30 8-18/2 1 JAN-mar 0", "30 0,30 8-18/2 1 JAN-mar 0" },
        { "DAILY_SCHEDULE", "0 0 2 * * MON-FRI", "0 0 2 * * MON-FRI" },
        { "DAILY_SCHEDULE", "0 0 2 * January-Mar sunday,Tue", "0 0 2 * January-Mar sunday,Tue" },
        { "RESULT_STORE", "/var/lib/results", "/var/lib/results" },
        { "API_KEY", "s3cret!s3cret!s3cret!", new Secret("s3cret!s3cret!s3cret!") },
        { "PUBLIC_URL", "https://etl.example.org/hooks", new Uri("https://etl.example.org/hooks") },
        { "WORKER_COMMAND", "python handler.py --fast", "python handler.py --fast" },
        { "WORKER_URL", "http://127.0.0.1:9000/", new Uri("http://127.0.0.1:9000/") },
        { "FANOUT_STATE", "state folder", "state folder" },
    };

    [Theory]
    [MemberData(nameof(GoodValues))]
    public void Parse_AllowedValue_IsInTheSettings(string name, string value, object? expected)
    {
        var result = SettingsParser.Parse([SettingSource.From("environment", [new(name, value)])]);

        result.Errors.ShouldBeEmpty();
        ValueOf(result.Settings!, name).ShouldBe(expected);
    }

    [Theory]
    [InlineData("abc123xyz")]
    [InlineData("https://api.runpod.io/v2/abc123/run")]
    [InlineData("https://api.runpod.ai/v2/abc123")]
    public void Parse_EndpointWithAKey_IsKeptAsWritten(string endpoint)
    {
        var result = Parse(new() { ["RUNPOD_ENDPOINT"] = endpoint, ["RUNPOD_API_KEY"] = "rpa_1" });

        result.Settings!.RunPodEndpoint.ShouldBe(endpoint);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8000/v2/local")]
    [InlineData("http://localhost:8000")]
    [InlineData("http://[::1]:8000")]
    public void Parse_EndpointOnThisMachine_NeedsNoKey(string endpoint) =>
        Parse(new() { ["RUNPOD_ENDPOINT"] = endpoint }).Settings!.RunPodEndpoint.ShouldBe(endpoint);

    [Theory]
    [InlineData("abc123xyz")]
    [InlineData("https://api.runpod.ai/v2/abc123")]
    [InlineData("https://127.0.0.1/v2/abc123")]
    [InlineData("http://emulator:8000/v2/local")]
    public void Parse_EndpointWithoutAKey_NamesBoth(string endpoint)
    {
        var error = Parse(new() { ["RUNPOD_ENDPOINT"] = endpoint }).Errors.ShouldHaveSingleItem();

        error.Name.ShouldBe("RUNPOD_API_KEY");
        error.Message.ShouldStartWith("RUNPOD_API_KEY is not set, but RUNPOD_ENDPOINT is (environment).");
    }

    [Theory]
    [InlineData("RUNPOD_WORKERS", "0")]
    [InlineData("RUNPOD_WORKERS", "-1")]
    [InlineData("RUNPOD_WORKERS", "10001")]
    [InlineData("RUNPOD_WORKERS", "abc")]
    [InlineData("RUNPOD_WORKERS", "4.0")]
    [InlineData("RUNPOD_WORKERS", "99999999999")]
    [InlineData("REQUEST_TIMEOUT", "0")]
    [InlineData("REQUEST_TIMEOUT", "604801")]
    [InlineData("REQUEST_TIMEOUT", "2h")]
    [InlineData("GPU_TIMEOUT", "1e3")]
    [InlineData("RENDER_TIMEOUT_S", "-5")]
    [InlineData("SCRAPE_TIMEOUT_S", "NaN")]
    [InlineData("NAVIGATION_TIMEOUT_S", "1,800")]
    [InlineData("MAX_RETRIES_PER_JOB", "-1")]
    [InlineData("MAX_RETRIES_PER_JOB", "21")]
    [InlineData("POLL_SECONDS", "0")]
    [InlineData("POLL_SECONDS", "0.0009")]
    [InlineData("POLL_SECONDS", "300.1")]
    [InlineData("POLL_SECONDS", "2,5")]
    [InlineData("LOG_LEVEL", "LOUD")]
    [InlineData("LOG_LEVEL", "20")]
    [InlineData("DAILY_SCHEDULE", "0 2 * * *")]
    [InlineData("DAILY_SCHEDULE", "0 60 2 * * *")]
    [InlineData("DAILY_SCHEDULE", "0 0 24 * * *")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 0 * *")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 * * FUNDAY")]
    [InlineData("DAILY_SCHEDULE", "0 0 5-2 * * *")]
    [InlineData("DAILY_SCHEDULE", "0 0/0 2 * * *")]
    [InlineData("DAILY_SCHEDULE", "0 0, 2 * * *")]
    [InlineData("DAILY_SCHEDULE", "@daily")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 * * 7")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 * * FRI-MON")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 * * M")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 ? * *")]
    [InlineData("DAILY_SCHEDULE", "0 0 2 L * *")]
    [InlineData("RUNPOD_ENDPOINT", "not an endpoint")]
    [InlineData("RUNPOD_ENDPOINT", "ftp://api.runpod.ai/v2/abc")]
    [InlineData("RUNPOD_ENDPOINT", "api.runpod.ai/v2/abc")]
    [InlineData("RUNPOD_ENDPOINT", "https://user:password@api.runpod.ai/v2/abc")]
    [InlineData("RESULT_STORE", "s3://bucket/a b")]
    [InlineData("RESULT_STORE", "s3://")]
    [InlineData("RESULT_STORE", "ftp://bucket/results")]
    [InlineData("S3_ENDPOINT", "http://store.example.org")]
    [InlineData("S3_ENDPOINT", "https://store.example.org/path")]
    [InlineData("S3_REGION", "a region")]
    [InlineData("RESULT_REF_ALLOW", "http://store.example.org/")]
    [InlineData("RESULT_REF_ALLOW", "https://user:password@store.example.org/")]
    [InlineData("RESULT_REF_ALLOW", "file:///etc")]
    [InlineData("PUBLIC_URL", "etl.example.org")]
    [InlineData("PUBLIC_URL", "/hooks")]
    [InlineData("WORKER_URL", "localhost:9000")]
    [InlineData("FANOUT_STATE", "file:///var/lib/fanout")]
    public void Parse_ValueNotAllowed_NamesNameValuePlaceAndRange(string name, string value)
    {
        var result = SettingsParser.Parse([SettingSource.From("environment", [new(name, value)])]);

        result.IsValid.ShouldBeFalse();
        var error = result.Errors.ShouldHaveSingleItem();
        error.Name.ShouldBe(name);
        error.Value.ShouldBe(value);
        error.Source.ShouldBe("environment");
        error.Message.ShouldBe(
            $"{name} is \"{value}\" (environment). Allowed: {SettingDefinitions.Find(name)!.Allowed}.");
    }

    [Theory]
    [InlineData("RUNPOD_API_KEY", "rpa_with a blank")]
    [InlineData("RUNPOD_API_KEY", "rpa_with\nline")]
    [InlineData("API_KEY", "schlüssel")]
    [InlineData("RUNPOD_ENDPOINT", "rpa_pasted_here_by_mistake")]
    public void Parse_BadSecret_IsNeverShown(string name, string value)
    {
        var error = SettingsParser.Parse([SettingSource.From("environment", [new(name, value)])])
            .Errors.ShouldHaveSingleItem();

        error.Value.ShouldBe("(hidden)");
        error.Message.ShouldStartWith($"{name} is (hidden) (environment). Allowed: ");
        error.Message.ShouldNotContain(value);
    }

    [Fact]
    public void Settings_Printed_HideSecrets()
    {
        var settings = Parse(new() { ["RUNPOD_API_KEY"] = "rpa_1234", ["API_KEY"] = "open-sesame-open-sesame" }).Settings!;

        settings.ToString().ShouldNotContain("rpa_1234");
        settings.ToString().ShouldNotContain("open-sesame");
        settings.RunPodApiKey!.Reveal().ShouldBe("rpa_1234");
    }

    [Fact]
    public void Parse_SeveralSources_TakesTheFirstThatSetsIt()
    {
        var result = SettingsParser.Parse(
        [
            SettingSource.From("environment", [new("RUNPOD_WORKERS", " "), new("POLL_SECONDS", "1")]),
            DotEnv.Read(".env", "RUNPOD_WORKERS=7\nPOLL_SECONDS=2"),
            LocalSettingsJson.Read(
                "local.settings.json", """{"Values":{"RUNPOD_WORKERS":"9","MAX_RETRIES_PER_JOB":"5"}}"""),
        ]);

        var settings = result.Settings.ShouldNotBeNull();
        settings.Workers.ShouldBe(7);
        settings.PollInterval.ShouldBe(TimeSpan.FromSeconds(1));
        settings.MaxAttempts.ShouldBe(6);
    }

    [Fact]
    public void Parse_NothingSet_GivesTheDefaults() => SettingsParser.Parse([]).Settings.ShouldBe(new FanOutSettings());

    [Fact]
    public void Parse_SeveralThingsWrong_NamesThemAll()
    {
        var result = SettingsParser.Parse(
            [DotEnv.Read(".env", "RUNPOD_WORKERS=0\n\nPOL_SECONDS=1\noops\nRUNPOD_ENDPOINT=abc")]);

        result.Errors.Select(error => error.Message).ShouldBe(
        [
            "line 4 is not NAME=value (.env). Allowed: NAME=value, NAME='value', NAME=\"value\", # comment.",
            "POL_SECONDS is not a setting (.env line 3). Did you mean POLL_SECONDS?",
            "RUNPOD_WORKERS is \"0\" (.env line 1). Allowed: a whole number from 1 to 10000.",
            "RUNPOD_API_KEY is not set, but RUNPOD_ENDPOINT is (.env line 5). "
                + "Allowed: visible ASCII characters without spaces.",
        ]);
    }

    [Fact]
    public void Parse_CommandAndUrlOfTheWorker_AreAContradiction()
    {
        var error = Parse(new() { ["WORKER_URL"] = "http://localhost:1/", ["WORKER_COMMAND"] = "run" })
            .Errors.ShouldHaveSingleItem();

        error.Message.ShouldBe("WORKER_URL is set, and so is WORKER_COMMAND (environment). Allowed: one of the two.");
    }

    [Theory]
    [InlineData("RUNPOD_WORKRS", "Did you mean RUNPOD_WORKERS?")]
    [InlineData("runpod_workers", "Did you mean RUNPOD_WORKERS?")]
    [InlineData("LOGLEVEL", "Did you mean LOG_LEVEL?")]
    [InlineData("MAX_RETRIES_PER_JOBS", "Did you mean MAX_RETRIES_PER_JOB?")]
    [InlineData("RUNPOD_ENDPOINT_BASE_URL", "local.settings.json.example lists every setting.")]
    [InlineData("FANOUT_DATABASE", "local.settings.json.example lists every setting.")]
    public void Parse_UnknownNameInAFile_IsAnError(string name, string allowed)
    {
        var error = SettingsParser.Parse([DotEnv.Read(".env", $"{name}=x")]).Errors.ShouldHaveSingleItem();

        error.Message.ShouldBe($"{name} is not a setting (.env line 1). {allowed}");
    }

    [Fact]
    public void Parse_NameThatWasASettingOnce_SaysWhatTookItsPlaceAndNotItsValue()
    {
        var result = SettingsParser.Parse(
        [
            SettingSource.From("environment", [new("AGENT_ALERT_URL", "https://hooks.example.com/secret")]),
            DotEnv.Read(".env", "AGENT_ALERT_URL=\nRUNPOD_WORKERS=2\nAGENT_ALERT_URL=https://hooks.example.com/secret"),
            LocalSettingsJson.Read("local.settings.json", """{"Values":{"AGENT_ALERT_URL":""}}"""),
        ]);

        result.Errors.Select(error => error.Message).ShouldBe(
        [
            "AGENT_ALERT_URL is not a setting any more (environment). Set ALERT_WEBHOOK_URL in its place.",
            "AGENT_ALERT_URL is not a setting any more (.env line 3). Set ALERT_WEBHOOK_URL in its place.",
        ]);
    }

    [Theory]
    [InlineData("RUNPOD_POD_ID")]
    [InlineData("RUNPOD_ENDPOINT_ID")]
    [InlineData("RUNPOD_AI_API_KEY")]
    [InlineData("RUNPOD_WEBHOOK_GET_JOB")]
    [InlineData("RUNPOD_LOG_LEVEL")]
    [InlineData("RUNPOD_GPU_COUNT")]
    [InlineData("AzureWebJobsStorage")]
    [InlineData("OPENAI_API_KEY")]
    public void Parse_NameOfOthersInAFile_IsIgnored(string name) =>
        SettingsParser.Parse([DotEnv.Read(".env", $"{name}=x")]).IsValid.ShouldBeTrue();

    [Fact]
    public void Parse_UnknownNameInTheEnvironment_IsIgnored() =>
        Parse(new() { ["RUNPOD_WORKRS"] = "x", ["LOGLEVEL"] = "x" }).IsValid.ShouldBeTrue();

    private static SettingsResult Parse(Dictionary<string, string> values) =>
        SettingsParser.Parse([SettingSource.From("environment", values)]);

    private static object? ValueOf(FanOutSettings settings, string name) => name switch
    {
        "RUNPOD_API_KEY" => settings.RunPodApiKey,
        "RUNPOD_WORKERS" => settings.Workers,
        "REQUEST_TIMEOUT" => settings.RequestTimeout,
        "GPU_TIMEOUT" => settings.GpuTimeout,
        "RENDER_TIMEOUT_S" => settings.RenderTimeout,
        "SCRAPE_TIMEOUT_S" => settings.ScrapeTimeout,
        "NAVIGATION_TIMEOUT_S" => settings.NavigationTimeout,
        "MAX_RETRIES_PER_JOB" => settings.MaxRetries,
        "POLL_SECONDS" => settings.PollInterval,
        "LOG_LEVEL" => settings.LogLevel,
        "DAILY_SCHEDULE" => settings.DailySchedule,
        "RESULT_STORE" => settings.ResultStore,
        "API_KEY" => settings.ApiKey,
        "PUBLIC_URL" => settings.PublicUrl,
        "WORKER_COMMAND" => settings.WorkerCommand,
        "WORKER_URL" => settings.WorkerUrl,
        "FANOUT_STATE" => settings.StateFolder,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not in this table"),
    };
}
