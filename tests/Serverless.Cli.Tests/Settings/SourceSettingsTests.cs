using Serverless.Core.Settings;

namespace Serverless.Cli.Tests.Settings;

public sealed class SourceSettingsTests
{
    [Theory]
    [InlineData("data/flashpoints.json")]
    [InlineData("lists/{date}.jsonl")]
    [InlineData("https://example.org/f.json?sig=1")]
    [InlineData("https://example.org/{date}.json")]
    public void Parse_FileOrUrl_IsTheSource(string source) =>
        Parse(new() { ["FLASHPOINT_SOURCE"] = source }).Settings!.FlashpointSource.ShouldBe(new Secret(source));

    [Theory]
    [InlineData("postgresql://etl:s3cret@db.example.org/flash")]
    [InlineData("postgres://etl@127.0.0.1:5433/flash?sslmode=verify-full&sslrootcert=ca.pem&connect_timeout=5")]
    [InlineData("postgresql://etl:p%40ss%2Fword@[::1]/flash%20points?application_name=etl")]
    public void Parse_DatabaseWithAQuery_IsTheSource(string source)
    {
        var settings = Parse(new() { ["FLASHPOINT_SOURCE"] = source, ["FLASHPOINT_QUERY"] = "SELECT 1" }).Settings!;

        settings.FlashpointSource!.Reveal().ShouldBe(source);
        settings.FlashpointQuery.ShouldBe("SELECT 1");
    }

    [Fact]
    public void PostgresAddress_WithEverything_IsTakenApart()
    {
        var address = PostgresAddress.Parse("postgresql://e%3Atl:p%40ss%2Fword@[::1]:5433/flash%20points?sslmode=require")!;

        address.Host.ShouldBe("::1");
        address.Port.ShouldBe(5433);
        address.User.ShouldBe("e:tl");
        address.Password!.Reveal().ShouldBe("p@ss/word");
        address.Database.ShouldBe("flash points");
        address.Options["sslmode"].ShouldBe("require");
    }

    [Theory]
    [InlineData("s3://bucket/flashpoints.json")]
    [InlineData("https://etl:planted@example.org/f.json")]
    [InlineData("postgresql://etl:planted@db")]
    [InlineData("postgresql://etl:planted@db/")]
    [InlineData("postgresql://etl:planted@db/a/b")]
    [InlineData("postgresql://db/flash?password=planted")]
    [InlineData("postgresql://:planted@db/flash")]
    [InlineData("postgresql://etl:planted@db/flash?sslmode=no")]
    [InlineData("postgresql://etl:planted@db/flash?connect_timeout=0")]
    [InlineData("postgresql://etl:planted@db/flash?options=-c")]
    [InlineData("postgresql://etl:planted@db/flash#x")]
    [InlineData("postgresql:etl")]
    public void Parse_SourceNotAllowed_IsNotShown(string source)
    {
        var error = Parse(new() { ["FLASHPOINT_SOURCE"] = source, ["FLASHPOINT_QUERY"] = "SELECT 1" }).Errors.ShouldHaveSingleItem();

        error.Message.ShouldBe(
            $"FLASHPOINT_SOURCE is (hidden) (environment). Allowed: {SettingDefinitions.Find("FLASHPOINT_SOURCE")!.Allowed}.");
    }

    [Fact]
    public void Parse_DatabaseWithoutAQuery_NamesBoth()
    {
        var error = Parse(new() { ["FLASHPOINT_SOURCE"] = "postgresql://etl:planted@db/flash" }).Errors.ShouldHaveSingleItem();

        error.Message.ShouldStartWith("FLASHPOINT_QUERY is not set, but FLASHPOINT_SOURCE (a database) is (environment).");
    }

    [Fact]
    public void Settings_Printed_HideTheSourceAndItsHeaders()
    {
        var settings = Parse(new()
        {
            ["FLASHPOINT_SOURCE"] = "postgresql://etl:planted@db/flash",
            ["FLASHPOINT_QUERY"] = "SELECT 1",
            ["FLASHPOINT_SOURCE_HEADERS"] = """{"Authorization":"Bearer planted"}""",
        }).Settings!;

        settings.ToString().ShouldNotContain("planted");
        string.Join(" ", settings.FlashpointSourceHeaders).ShouldNotContain("planted");
        settings.FlashpointSourceHeaders.ShouldHaveSingleItem().Value.Reveal().ShouldBe("Bearer planted");
    }

    [Theory]
    [InlineData("Authorization: Bearer planted")]
    [InlineData("""["planted"]""")]
    [InlineData("""{"":"planted"}""")]
    [InlineData("""{"A B":"planted"}""")]
    [InlineData("""{"A":"planted\r\nB: c"}""")]
    [InlineData("""{"A":"planted","A":"b"}""")]
    [InlineData("""{"A":1,"B":"planted"}""")]
    public void Parse_HeadersNotAllowed_AreNotShown(string headers) =>
        Parse(new() { ["FLASHPOINT_SOURCE_HEADERS"] = headers }).Errors.ShouldHaveSingleItem()
            .Message.ShouldStartWith("FLASHPOINT_SOURCE_HEADERS is (hidden) (environment). Allowed: header names and their values");

    [Theory]
    [InlineData("UTC", 0)]
    [InlineData("Europe/Berlin", 60)]
    [InlineData("America/Argentina/Buenos_Aires", -180)]
    [InlineData("Etc/GMT+5", -300)]
    public void Parse_IanaTimeZone_IsTheZone(string name, int minutes)
    {
        var zone = Parse(new() { ["WEBSITE_TIME_ZONE"] = name }).Settings!.TimeZone;

        zone.Id.ShouldBe(name);
        zone.BaseUtcOffset.ShouldBe(TimeSpan.FromMinutes(minutes));
    }

    [Theory]
    [InlineData("W. Europe Standard Time")]
    [InlineData("Europe/Nowhere")]
    [InlineData("Europe")]
    [InlineData("../zoneinfo/Europe/Berlin")]
    [InlineData("/usr/share/zoneinfo/Europe/Berlin")]
    public void Parse_OtherTimeZone_SaysThatIanaNamesAreExpected(string name) =>
        Parse(new() { ["WEBSITE_TIME_ZONE"] = name }).Errors.ShouldHaveSingleItem().Message.ShouldStartWith(
            $"WEBSITE_TIME_ZONE is \"{name}\" (environment). Allowed: a name that this machine's time zone database has, such as");

    [Fact]
    public void Parse_SourceAllow_IsAListOfUrls() =>
        Parse(new() { ["SOURCE_ALLOW"] = "https://a.example.org/lists/, http://10.0.0.5:8080" }).Settings!.SourceAllow
            .ShouldBe([new Uri("https://a.example.org/lists/"), new Uri("http://10.0.0.5:8080/")]);

    [Theory]
    [InlineData("a.example.org")]
    [InlineData("https://a.example.org,")]
    [InlineData("ftp://a.example.org/")]
    [InlineData("https://user@a.example.org/")]
    [InlineData("https://a.example.org/?x=1")]
    [InlineData("https://a.example.org/#x")]
    public void Parse_SourceAllowWithSomethingElse_IsAnError(string list) =>
        Parse(new() { ["SOURCE_ALLOW"] = list }).Errors.ShouldHaveSingleItem().Name.ShouldBe("SOURCE_ALLOW");

    private static SettingsResult Parse(Dictionary<string, string> values) =>
        SettingsParser.Parse([SettingSource.From("environment", values)]);
}
