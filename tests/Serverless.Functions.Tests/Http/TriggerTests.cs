using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Tests.Wire;

namespace Serverless.Functions.Tests.Http;

/// <summary>Who may call what, on the Azure head.</summary>
public sealed class TriggerTests
{
    private const string Key = "a-function-key-of-the-app";

    [Theory]
    [InlineData("/api/health")]
    [InlineData("/alive")]
    [InlineData("/ready")]
    [InlineData("/")]
    [InlineData("/main.js")]
    [InlineData("/openapi/v1.json")]
    public async Task Get_OfWhatIsForAnybody_NeedsNoKey(string path)
    {
        await using var head = await AzureHarness.StartAsync(key: Key);

        (await head.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/runs")]
    [InlineData("/api/events")]
    [InlineData("/api/jobs")]
    [InlineData("/api/schedule")]
    [InlineData("/api/endpoints")]
    public async Task Get_OfTheRest_NeedsTheFunctionsHostsKeyAndNoneOfOurs(string path)
    {
        await using var head = await AzureHarness.StartAsync(
            AzureHarness.Settings with { ApiKey = new("our-own-key-of-16-or-more") }, Key);

        (await head.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        head.Http.DefaultRequestHeaders.Add(FunctionsStandIn.KeyHeader, Key);
        using var answer = await head.Http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>The host of the durable extension serves it there, with a key of its own.</summary>
    [Fact]
    public async Task ManagementApi_OfDurableTask_IsNotServedTwice()
    {
        await using var head = await AzureHarness.StartAsync();

        (await head.Http.GetAsync(new Uri("/runtime/webhooks/durabletask/instances", UriKind.Relative)))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await head.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))
            .ShouldNotContain("durabletask/instances/{instanceId}\"");
    }

    /// <summary>SQL keeps ids of 100 characters, and those of a run's parts are longer than its own.</summary>
    [Theory]
    [InlineData("mssql", 64, HttpStatusCode.Accepted)]
    [InlineData("MSSQL", 65, HttpStatusCode.BadRequest)]
    [InlineData("azureManaged", 100, HttpStatusCode.Accepted)]
    public async Task Start_UnderAnId_MayBeAsLongAsThePlaceOfOrchestrationsTakes(string place, int length, HttpStatusCode expected)
    {
        await using var head = await AzureHarness.StartAsync(configuration: new Dictionary<string, string>
        {
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:type"] = place,
        });
        var id = new string('r', length);

        using var answer = await head.Http.PostAsync(
            new Uri("/api/runs", UriKind.Relative),
            new StringContent($$"""{"run_id":"{{id}}","flashpoints":[{"id":"fp-0"}]}""", Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(expected);
        if (expected != HttpStatusCode.BadRequest) return;
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("detail").GetString().ShouldNotBeNull()
            .ShouldEndWith(", 65 characters; allowed where orchestrations are kept here are at most 64.");
        problem.RootElement.GetProperty("detail").GetString()!.ShouldStartWith("\"run_id\" is \"rrr");
    }

    /// <summary>The Functions host takes the first route that matches, in an order that nobody promises.</summary>
    [Fact]
    public void Routes_OfAllTriggers_NeverMatchTheSamePath()
    {
        var routes = typeof(HttpTriggers).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(method => method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()!.Route!).ToList();

        routes.Count.ShouldBe(9);
        routes.Select(Beginning).Distinct(StringComparer.Ordinal).Count().ShouldBe(routes.Count);
        routes.Count(route => Beginning(route).Length == 0).ShouldBe(1, "one takes paths of one part");

        static string Beginning(string route) => route.Split('{')[0].TrimEnd('/');
    }
}
