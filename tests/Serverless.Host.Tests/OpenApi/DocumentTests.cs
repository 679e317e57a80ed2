using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.OpenApi;

public sealed class DocumentTests
{
    /// <summary>What answers that something does not exist is no call.</summary>
    private static readonly string[] Refusals =
    [
        "/runtime/webhooks/durabletask/entities/{**rest}", "/runtime/webhooks/durabletask/makeprimary",
        "/runtime/webhooks/durabletask/{**rest}", "/openapi/{documentName}.json",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public async Task Document_Always_IsTheApprovedOne()
    {
        await using var host = await HostHarness.StartAsync();

        var text = Sorted(await host.GetJsonAsync("/openapi/v1.json"))!.ToJsonString(Indented) + "\n";

        var approved = ApprovedPath();
        if (text == await ReadAsync(approved)) return;
        var received = Path.Combine(AppContext.BaseDirectory, "openapi.received.json");
        await File.WriteAllTextAsync(received, text);
        Assert.Fail($"The document has changed. If that is right, copy {received} to {Path.GetFileName(approved)} beside this test.");
    }

    [Fact]
    public async Task Document_ByItsOwnReader_HasNoFaults()
    {
        await using var host = await HostHarness.StartAsync();

        var read = OpenApiDocument.Parse(await host.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)), "json");

        read.Diagnostic.ShouldNotBeNull().Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Document.ShouldNotBeNull().Validate(ValidationRuleSet.GetDefaultRuleSet()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Document_Always_HasEveryCallWithASummaryAndAnswers()
    {
        await using var host = await HostHarness.StartAsync();

        var document = await host.GetJsonAsync("/openapi/v1.json");

        var told = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name.ToUpperInvariant()} {path.Name}"));
        told.Order(StringComparer.Ordinal).ShouldBe(Mapped(host).Order(StringComparer.Ordinal));
        foreach (var call in document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
        {
            call.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            call.Value.GetProperty("responses").EnumerateObject().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Document_Always_HasEachReferenceItMakes()
    {
        await using var host = await HostHarness.StartAsync();

        var document = await host.GetJsonAsync("/openapi/v1.json");

        var schemas = document.GetProperty("components").GetProperty("schemas");
        var references = References(document).Distinct().ToList();
        references.ShouldNotBeEmpty();
        references.Where(reference => !schemas.TryGetProperty(reference.Split('/')[^1], out _)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Document_WhereAKeyIsNeeded_IsOpenAndSaysWhichCallsNeedIt()
    {
        await using var host = await HostHarness.StartAsync(
            new HostHarnessOptions { Settings = new() { ApiKey = new Core.Settings.Secret("0123456789abcdef") } });

        var document = await host.GetJsonAsync("/openapi/v1.json");

        var paths = document.GetProperty("paths");
        paths.GetProperty("/api/runs").GetProperty("post").GetProperty("security")[0].TryGetProperty("key", out _).ShouldBeTrue();
        paths.GetProperty("/api/health").GetProperty("get").GetProperty("security").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Answers_OfTheApi_HaveTheMembersThatTheDocumentSays()
    {
        await using var host = await HostHarness.StartAsync();
        var schemas = (await host.GetJsonAsync("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        foreach (var (path, schema) in new[]
        {
            ("/api/runs", "RunPage"), ("/api/schedule", "ScheduleView"), ("/api/health", "HealthStatus"),
            ("/api/endpoints", "EndpointList"), ("/api/alerts", "AlertPage"),
        })
        {
            var known = schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(member => member.Name);
            (await host.GetJsonAsync(path)).EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(known, path);
        }
    }

    private static IEnumerable<string> Mapped(HostHarness host) =>
        from endpoint in host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let route = endpoint.RoutePattern.RawText!
        where !Refusals.Contains(route) && !IsPage(route)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select $"{method} {route.TrimEnd('/').Replace("?}", "}", StringComparison.Ordinal)}";

    /// <summary>The dashboard's own files.</summary>
    private static bool IsPage(string route) =>
        route == "/" || (Path.HasExtension(route) && !route.StartsWith("/api/", StringComparison.Ordinal));

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    /// <summary>In an order that does not hang on which types were looked at first in this process.</summary>
    private static JsonNode? Sorted(JsonElement element, bool isSet = false) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Name, Sorted(member.Value, isSet: member.Name is "required" or "type")))),
        JsonValueKind.Array => new JsonArray(
        [
            .. element.EnumerateArray().OrderBy(item => isSet ? item.GetRawText() : "", StringComparer.Ordinal)
                .Select(item => Sorted(item)),
        ]),
        _ => JsonNode.Parse(element.GetRawText()),
    };

    private static async Task<string> ReadAsync(string path) => File.Exists(path) ? await File.ReadAllTextAsync(path) : "";

    private static string ApprovedPath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "openapi.approved.json");
}
