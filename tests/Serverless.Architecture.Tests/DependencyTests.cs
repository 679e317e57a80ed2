using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Serverless.Architecture.Tests;

/// <summary>Which way projects may depend on each other: docs/architecture.md, "The parts".</summary>
public sealed class DependencyTests
{
    /// <summary>What each project may refer to directly. A new project is given its place here.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Durable"] = [],
        ["Core"] = ["Durable"],
        ["Sqlite"] = [],
        ["Engine"] = ["Durable", "Sqlite"],
        ["RunPod"] = ["Core"],
        ["Storage"] = ["Core"],
        ["Alerts"] = ["Core"],
        ["Workers"] = ["Core"],
        ["Emulator"] = ["Workers"],
        ["Protocol"] = [],
        ["Agent"] = ["Protocol", "Workers"],
        ["Pods"] = ["Core", "Protocol", "Sqlite"],
        ["Host"] = ["Core", "Protocol"],
        ["Cli"] = ["Durable", "Core", "Engine", "RunPod", "Storage", "Alerts", "Workers", "Emulator", "Host", "Protocol", "Pods",
            "Agent"],
        ["Blobs"] = ["Core", "Storage"],
        ["Functions"] = ["Durable", "Core", "Host", "RunPod", "Storage", "Alerts", "Blobs"],
        ["Cli.Azure"] = ["Cli", "Blobs"],
    };

    public static TheoryData<string> Projects => new(Allowed.Keys);

    /// <summary>What needs Azure's packages: not every feed has them, so it is built in solution configuration Azure alone.</summary>
    private static readonly string[] OfAzure = ["Blobs", "Functions", "Cli.Azure"];

    /// <summary>Without those that are not built here.</summary>
    public static TheoryData<string> Assemblies => new(Allowed.Keys.Except(OfAzure));

    [Fact]
    public void Sources_EachProject_HasItsPlace()
    {
        var projects = Directory.GetDirectories(Repository.FullPath("src"))
            .Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0)
            .Select(folder => Path.GetFileName(folder)["Serverless.".Length..]);

        projects.Order(StringComparer.Ordinal).ShouldBe(Allowed.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Always_RefersOnlyToWhatIsBelowIt(string project)
    {
        var file = XDocument.Parse(Repository.Read($"src/Serverless.{project}/Serverless.{project}.csproj"));

        var references = file.Descendants("ProjectReference").Select(reference => NameOf(reference.Attribute("Include")!.Value));

        references.ShouldBeSubsetOf(Allowed[project].Select(name => $"Serverless.{name}"));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Assembly_Always_UsesOnlyWhatIsBelowIt(string project)
    {
        var assembly = Assembly.Load(project == "Cli" ? "fanout" : $"Serverless.{project}");

        var used = assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name == "fanout" || name.StartsWith("Serverless.", StringComparison.Ordinal));

        used.ShouldBeSubsetOf(Below(project).Select(name => $"Serverless.{name}"));
    }

    [Theory]
    [InlineData("Engine", "Core")]
    [InlineData("Engine", "RunPod")]
    [InlineData("RunPod", "Engine")]
    [InlineData("Core", "Engine")]
    [InlineData("Core", "RunPod")]
    [InlineData("Emulator", "RunPod")]
    [InlineData("Protocol", "Core")]
    [InlineData("Pods", "Engine")]
    [InlineData("Pods", "Host")]
    [InlineData("Host", "Pods")]
    public void Projects_ThatMustNotKnowEachOther_DoNot(string project, string other) =>
        Below(project).ShouldNotContain(other);

    [Fact]
    public void Projects_BuiltOnEveryFeed_DoNotReferToWhatNeedsAzuresPackages() =>
        Allowed.Keys.Except(OfAzure).SelectMany(Below).ShouldNotContain(name => OfAzure.Contains(name));

    [Fact]
    public void Solution_DebugAndRelease_BuildNothingThatNeedsAzuresPackages()
    {
        var solution = Repository.Read("Serverless.sln");
        foreach (var project in OfAzure.Append("Functions.Tests"))
        {
            var line = Regex.Match(solution, $"""= "Serverless\.{Regex.Escape(project)}", "[^"]+", "(?<id>[^"]+)""");
            var id = line.Groups["id"].Value;
            id.ShouldNotBeEmpty($"Serverless.{project} is not in the solution");
            Configurations(solution, id).ShouldBe(["Azure"], $"where Serverless.{project} is built");
        }
    }

    [Fact]
    public void Durable_Always_NeedsNoPackageButTheLogger()
    {
        var file = XDocument.Parse(Repository.Read("src/Serverless.Durable/Serverless.Durable.csproj"));

        file.Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value)
            .ShouldBe(["Microsoft.Extensions.Logging.Abstractions"]);
    }

    [Fact]
    public void Core_Always_NeedsNoPackage() =>
        XDocument.Parse(Repository.Read("src/Serverless.Core/Serverless.Core.csproj"))
            .Descendants("PackageReference").ShouldBeEmpty();

    [Fact]
    public void Protocol_Always_NeedsNoPackage() =>
        XDocument.Parse(Repository.Read("src/Serverless.Protocol/Serverless.Protocol.csproj"))
            .Descendants("PackageReference").ShouldBeEmpty();

    private static IEnumerable<string> Configurations(string solution, string id) =>
        Regex.Matches(solution, $@"{Regex.Escape(id)}\.(?<name>\w+)\|Any CPU\.Build\.0").Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Below(string project) =>
        Allowed[project].Concat(Allowed[project].SelectMany(Below)).Distinct();

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
