using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Management;
using Serverless.Host.Runs;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Management;

/// <summary>A host with some orchestrators beside those of runs, and calls of the management API.</summary>
internal sealed class ManagementHarness : IAsyncDisposable
{
    private int _instances;

    private ManagementHarness(HostHarness host) => Host = host;

    public HostHarness Host { get; }

    public DurableClient Client => Host.Engine.Client;

    public static async Task<ManagementHarness> StartAsync(HostHarnessOptions? options = null) =>
        new(await HostHarness.StartAsync((options ?? new HostHarnessOptions()) with { Register = Register }));

    /// <summary>A new instance in a state; for <c>Unknown</c> an id that nobody has.</summary>
    public async Task<string> InStateAsync(string state)
    {
        var id = $"i-{Interlocked.Increment(ref _instances)}";
        if (state == "Unknown") return id;
        await ScheduleAsync(state == "Failed" ? "Fail" : "Wait", id);
        if (state == "Completed") await Client.RaiseEventAsync(id, "go", "done");
        if (state == "Terminated") await Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("over"));
        if (state == "Suspended") await Client.SuspendInstanceAsync(id, "wait");
        if (state is "Completed" or "Terminated" or "Failed") await Host.EndOfAsync(id);
        (await Client.GetInstanceAsync(id))!.RuntimeStatus.ToString().ShouldBe(state);
        return id;
    }

    public Task ScheduleAsync(string name, string id, object? input = null) => Client.ScheduleNewOrchestrationInstanceAsync(
        name, input, new StartOrchestrationOptions { InstanceId = id });

    /// <summary>Starts a run of flashpoints fp-0 and so on, in chunks of one.</summary>
    public Task StartRunAsync(string id, int count) => new RunStarter(Host.Parts).StartAsync(
        new NewRun
        {
            Date = new DateOnly(2025, 1, 1),
            Trigger = "manual",
            RunId = RunId.Parse(id),
            Workers = 1,
            ChunkSize = 1,
            MaxAttempts = 1,
        },
        token => FlashpointReader.ReadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, count).Select(i => $$"""{"id":"fp-{{i}}"}""")))),
            token),
        default);

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<HttpResponseMessage> PostAsync(string path, string? json = null, string type = "application/json") =>
        SendAsync(HttpMethod.Post, path, json is null ? null : new StringContent(json, Encoding.UTF8, type));

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Host.Address, ManagementApi.Prefix + path)) { Content = content };
        if (header is { } extra) request.Headers.Add(extra.Name, extra.Value);
        return await Host.Http.SendAsync(request);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static void Register(DurableRegistry registry) => registry
        .AddOrchestrator("Wait", () => new Program((context, _) => context.WaitForExternalEvent<object?>("go")))
        .AddOrchestrator("Echo", () => new Program((_, input) => Task.FromResult(input)))
        .AddOrchestrator("Fail", () => new Program((_, _) => throw new ArgumentException("too small")))
        .AddOrchestrator("Parent", () => new Program((context, input) =>
            context.CallSubOrchestratorAsync<object?>("Wait", input, context.InstanceId + "-child")))
        .AddOrchestrator("Call", () => new Program((context, input) => context.CallActivityAsync<object?>("Same", input)))
        .AddActivity("Same", () => new SameActivity());

    private sealed class Program(Func<OrchestrationContext, object?, Task<object?>> run) : Orchestrator<object?, object?>
    {
        public override Task<object?> RunAsync(OrchestrationContext context, object? input) => run(context, input);
    }

    private sealed class SameActivity : Activity<object?, object?>
    {
        public override Task<object?> RunAsync(ActivityContext context, object? input) => Task.FromResult(input);
    }
}

/// <summary>What tests look at in answers.</summary>
internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer, HttpStatusCode code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(code, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The detail of a problem.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage answer, HttpStatusCode code, string type)
    {
        var problem = await answer.JsonAsync(code);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("type").GetString().ShouldBe("urn:fanout:problem:" + type);
        return problem.GetProperty("detail").GetString()!;
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).ToString();
}
