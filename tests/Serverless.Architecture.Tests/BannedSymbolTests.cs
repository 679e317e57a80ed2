using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace Serverless.Architecture.Tests;

/// <summary>What does not compile in Core, where the orchestrators are. The analyzer takes an entry that names nothing without
/// a word, and one overload that was forgotten is a way out.</summary>
public sealed class BannedSymbolTests
{
    private const string Everywhere = "src/BannedSymbols.txt";
    private const string InCore = "src/Serverless.Core/BannedSymbols.Orchestrators.txt";

    private static readonly Type[] Types =
    [
        typeof(DateTime), typeof(DateTimeOffset), typeof(Environment), typeof(Stopwatch), typeof(Thread), typeof(Task), typeof(Task<>),
        typeof(ValueTask), typeof(ValueTask<>), typeof(CancellationTokenSource), typeof(Guid), typeof(Random), typeof(ThreadPool),
        typeof(TaskFactory), typeof(Timer), typeof(PeriodicTimer), typeof(File), typeof(Directory), typeof(FileStream), typeof(HttpClient),
        typeof(Socket), typeof(Process), typeof(Console), typeof(RandomNumberGenerator),
    ];

    public static TheoryData<Type, string> Ways => new()
    {
        { typeof(DateTime), "Now" },
        { typeof(DateTime), "UtcNow" },
        { typeof(DateTime), "Today" },
        { typeof(DateTimeOffset), "Now" },
        { typeof(DateTimeOffset), "UtcNow" },
        { typeof(Stopwatch), "StartNew" },
        { typeof(Stopwatch), "GetTimestamp" },
        { typeof(Guid), "NewGuid" },
        { typeof(Guid), "CreateVersion7" },
        { typeof(Random), "Shared" },
        { typeof(Task), "Delay" },
        { typeof(Task), "Run" },
        { typeof(Task), "ConfigureAwait" },
        { typeof(Task<>), "ConfigureAwait" },
        { typeof(ValueTask), "ConfigureAwait" },
        { typeof(ValueTask<>), "ConfigureAwait" },
        { typeof(CancellationTokenSource), "CancelAsync" },
        { typeof(Thread), "Sleep" },
        { typeof(Environment), "GetEnvironmentVariable" },
        { typeof(Environment), "TickCount64" },
        { typeof(ThreadPool), "QueueUserWorkItem" },
        { typeof(TaskFactory), "StartNew" },
        { typeof(File), "ReadAllTextAsync" },
        { typeof(HttpClient), "GetAsync" },
        { typeof(Process), "Start" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Core_EveryOverload_IsBanned(Type type, string member)
    {
        ArgumentNullException.ThrowIfNull(type);
        var banned = Entries(Everywhere).Concat(Entries(InCore)).ToHashSet();
        var overloads = DocumentationId.OfMembers(type).Where(id => MemberOf(id) == member).ToList();

        overloads.ShouldNotBeEmpty();
        if (!banned.Contains(DocumentationId.Of(type))) overloads.Where(id => !banned.Contains(id)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Everywhere)]
    [InlineData(InCore)]
    [InlineData("tests/BannedSymbols.txt")]
    public void List_EveryEntry_NamesSomethingThatExists(string list)
    {
        var known = Types.SelectMany(type => DocumentationId.OfMembers(type).Prepend(DocumentationId.Of(type))).ToHashSet();

        Entries(list).Where(entry => !known.Contains(entry)).ShouldBeEmpty();
    }

    [Fact]
    public void Lists_ReachTheAnalyzerAndItsWarningsAreErrors()
    {
        Files("src/Directory.Build.props").ShouldContain("$(MSBuildThisFileDirectory)BannedSymbols.txt");
        Files("src/Serverless.Core/Serverless.Core.csproj").ShouldContain("BannedSymbols.Orchestrators.txt");
        var all = XDocument.Parse(Repository.Read("Directory.Build.props"));
        all.Descendants("TreatWarningsAsErrors").Single().Value.ShouldBe("true");
        all.Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value)
            .ShouldContain("Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Repository.Read(".editorconfig").ShouldNotContain("RS0030");
    }

    [Fact]
    public void Core_Always_UsesWhatIsBannedInOnePlaceOnly() => Repository.TextFiles
        .Where(path => path.StartsWith("src/Serverless.Core/", StringComparison.Ordinal) && Repository.Read(path).Contains("RS0030"))
        .ShouldBe(["src/Serverless.Core/Watching/BackendWatch.Loop.cs"], "a watch waits there, not an orchestrator");

    private static IEnumerable<string> Entries(string list) =>
        File.ReadLines(Repository.FullPath(list)).Select(line => line.Split(';')[0]);

    private static IEnumerable<string> Files(string project) => XDocument.Parse(Repository.Read(project))
        .Descendants("AdditionalFiles").Select(file => file.Attribute("Include")!.Value);

    /// <summary>The member's own name, without its type and parameters.</summary>
    private static string MemberOf(string id) => id.Split('(')[0].Split("``")[0].Split('.')[^1];
}
