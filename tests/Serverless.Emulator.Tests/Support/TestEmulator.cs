using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Serverless.TestKit;
using Serverless.Workers;

namespace Serverless.Emulator.Tests.Support;

/// <summary>An emulator on a free port with a driven clock, and a client of it.</summary>
internal sealed class TestEmulator : IAsyncDisposable
{
    private const string AnyInput = """{"input":{"text":"hello"}}""";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private TestEmulator(RunPodEmulator emulator, ManualClock clock, LogProbe logs, string endpointId)
    {
        (Emulator, Clock, Logs) = (emulator, clock, logs);
        Endpoint = $"{emulator.BaseAddress}/{endpointId}/";
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "key");
    }

    public RunPodEmulator Emulator { get; }

    public ManualClock Clock { get; }

    public LogProbe Logs { get; }

    public EmulatorStatistics Statistics => Emulator.Statistics;

    public string Endpoint { get; }

    public static async Task<TestEmulator> StartAsync(IWorkerHandler handler, EmulatorOptions? options = null)
    {
        options ??= new EmulatorOptions();
        var clock = new ManualClock();
        var logs = new LogProbe();
        var emulator = await RunPodEmulator.StartAsync(options, handler, clock, logs);
        return new TestEmulator(emulator, clock, logs, options.EndpointId);
    }

    public async Task<Answer> GetAsync(string path) => await Answer.FromAsync(await _http.GetAsync(Endpoint + path));

    public async Task<Answer> PostAsync(string path, string? body = null)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await Answer.FromAsync(await _http.PostAsync(Endpoint + path, content));
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request) =>
        await Answer.FromAsync(await _http.SendAsync(request));

    /// <summary>Submits a job and gives its id.</summary>
    public async Task<string> RunAsync(string body = AnyInput)
    {
        var answer = await PostAsync("run", body);
        answer.ShouldBe(HttpStatusCode.OK);
        return answer["id"].GetString()!;
    }

    public Task<Answer> StatusAsync(string id) => GetAsync($"status/{id}");

    /// <summary>Waits for a job's end, in real time: what it waits for must already be on its way.</summary>
    public Task<Answer> EndAsync(string id) => GetAsync($"status-sync/{id}");

    public async Task ShouldBeGoneAsync(string id) =>
        (await StatusAsync(id)).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        _http.Dispose();
    }
}
