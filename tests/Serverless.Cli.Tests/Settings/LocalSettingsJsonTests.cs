using Serverless.Core.Settings;

namespace Serverless.Cli.Tests.Settings;

public sealed class LocalSettingsJsonTests
{
    [Fact]
    public void Read_CommentsTrailingCommasAndScalars_AreUnderstood()
    {
        var source = LocalSettingsJson.Read("local.settings.json", """
            {
              // as Azure Functions writes it
              "IsEncrypted": false,
              "Values": { "A": "text", "B": 3.5, "C": true, /* not set */ "D": null, },
              "Host": { "CORS": "*" },
            }
            """);

        source.Errors.ShouldBeEmpty();
        source.Values.ToDictionary(pair => pair.Key, pair => pair.Value.Value).ShouldBe(
            new Dictionary<string, string> { ["A"] = "text", ["B"] = "3.5", ["C"] = "true", ["D"] = "" });
    }

    [Fact]
    public void Read_NoValues_IsEmpty() => LocalSettingsJson.Read("x", "{}").Values.ShouldBeEmpty();

    [Theory]
    [InlineData("{\n\"Values\": {\n\"A\": rpa_1", "line 3 is not JSON, or names something twice (f). ")]
    [InlineData("[\"rpa_1\"]", "text is not an object (f). ")]
    [InlineData("{\"Values\":\"rpa_1\"}", "Values is not an object (f). ")]
    [InlineData("{\"Values\":{\"A\":[\"rpa_1\"]}}", "A is not a text (f). ")]
    [InlineData("{\"Values\":{\"A\":\"rpa_1\",\"A\":\"\"}}", " is not JSON, or names something twice (f). ")]
    [InlineData("{\"IsEncrypted\":true,\"Values\":{\"A\":\"rpa_1\"}}", "IsEncrypted is true, ")]
    public void Read_BrokenText_IsNamedWithoutItsText(string text, string message)
    {
        var error = LocalSettingsJson.Read("f", text).Errors.ShouldHaveSingleItem();

        error.Message.ShouldContain(message);
        error.Message.ShouldNotContain("rpa_1");
    }

    [Fact]
    public void Parse_UnknownNameInValues_IsAnError()
    {
        var source = LocalSettingsJson.Read("local.settings.json", """{"Values":{"RUNPOD_WORKER":"3"}}""");

        SettingsParser.Parse([source]).Errors.ShouldHaveSingleItem().Message
            .ShouldBe("RUNPOD_WORKER is not a setting (local.settings.json). Did you mean RUNPOD_WORKERS?");
    }
}
