using System.Runtime.CompilerServices;
using Serverless.Core.Settings;

namespace Serverless.Cli.Tests.Settings;

public sealed class ExampleFileTests
{
    [Fact]
    public void Example_OfEverySetting_SaysUnitRangeAndDefault()
    {
        File.ReadAllLines(ExamplePath()).ShouldBe(Expected(), "local.settings.json.example follows SettingDefinitions");
    }

    [Fact]
    public void Example_CopiedAsItIs_GivesTheDefaults()
    {
        var source = LocalSettingsJson.Read("local.settings.json", File.ReadAllText(ExamplePath()));

        SettingsParser.Parse([source]).Settings.ShouldBe(new FanOutSettings());
    }

    [Fact]
    public void Definitions_WithADefault_MeanTheDefaultOfTheSettings()
    {
        foreach (var definition in SettingDefinitions.All.Where(definition => definition.Default is not null))
        {
            definition.Apply(new FanOutSettings(), definition.Default!)
                .ShouldBe(new FanOutSettings(), definition.Name);
        }
    }

    [Fact]
    public void Definitions_WithoutADefault_SayWhatThatMeans() =>
        SettingDefinitions.All.ShouldAllBe(
            definition => (definition.Default == null) == (definition.WhenNotSet != null));

    private static IEnumerable<string> Expected()
    {
        yield return "// Copy to local.settings.json, or set the same names in the environment or in .env. The environment";
        yield return "// is stronger than .env, and .env than local.settings.json. A blank value counts as not set.";
        yield return "{";
        yield return "  \"IsEncrypted\": false,";
        yield return "  \"Values\": {";
        foreach (var definition in SettingDefinitions.All.Concat(PlatformSettings.All))
        {
            foreach (var line in definition.Describe()) yield return $"    // {line}";
            var comma = definition == PlatformSettings.All[^1] ? "" : ",";
            yield return $"    \"{definition.Name}\": \"{definition.Default}\"{comma}";
        }

        yield return "  }";
        yield return "}";
    }

    private static string ExamplePath([CallerFilePath] string thisFile = "")
    {
        var folder = new FileInfo(thisFile).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "local.settings.json.example");
    }
}
