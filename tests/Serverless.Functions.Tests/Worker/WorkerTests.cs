using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Emulator;
using Serverless.Functions.Tests.Storage;
using Serverless.TestKit;
using Serverless.Workers;

namespace Serverless.Functions.Tests.Worker;

/// <summary>The program itself, as the Functions host runs it, with results on Azurite and jobs on the RunPod emulator.</summary>
[Collection(AzuriteTests.Name)]
public sealed class WorkerTests(AzuriteServer azurite)
{
    private const int Flashpoints = 5;

    [Fact]
    public async Task Run_WorkerKilledWhileJobsRun_EndsUnderTheNextOneWithoutAJobTwice()
    {
        var gate = new GatedHandler();
        await using var emulator = await StartEmulatorAsync(gate);
        await using var host = await StandInHost.StartAsync(Settings(emulator));

        var start = await PostAsync(host, "/api/runs", Body("killed"));
        start.StatusCode.ShouldBe(HttpStatusCode.Accepted, await start.Content.ReadAsStringAsync());
        await gate.UntilHeldAsync(Flashpoints);

        // The history has every job's id: a submission whose answer dies with the worker is made again, as anywhere.
        await UntilAsync(host, "killed", run => run.GetProperty("chunks").EnumerateArray()
            .Count(chunk => chunk.GetProperty("state").GetString() == "running") == Flashpoints);
        await host.KillWorkerAsync();
        host.StartWorker();
        gate.Open();

        var run = await UntilEndedAsync(host, "killed");
        run.GetProperty("state").GetString().ShouldBe("completed");
        var results = await GetJsonAsync(host, "/api/runs/killed/results");
        results.EnumerateArray().Select(result => result.GetProperty("id").GetString())
            .ShouldBe(Enumerable.Range(0, Flashpoints).Select(i => $"fp-{i}"));
        emulator.Statistics.JobsSubmitted.ShouldBe(Flashpoints);
    }

    /// <summary>Without the system key the extension refuses them.</summary>
    [Fact]
    public async Task Start_OfARun_AnswersWithLinksThatCarryTheSystemKey()
    {
        await using var emulator = await StartEmulatorAsync(new GatedHandler(isOpen: true));
        await using var host = await StandInHost.StartAsync(Settings(emulator));

        using var start = await PostAsync(host, "/api/runs", Body("linked"));

        var instance = $"{host.Http.BaseAddress}runtime/webhooks/durabletask/instances/linked";
        var query = $"taskHub=fanout&connection=Storage&code={StandInHost.SystemKey}";
        start.Headers.Location.ShouldBe(new Uri($"{instance}?{query}"));
        var links = JsonElement.Parse(await start.Content.ReadAsStringAsync());
        links.GetProperty("terminatePostUri").GetString().ShouldBe($"{instance}/terminate?reason={{text}}&{query}");
        await UntilEndedAsync(host, "linked");
    }

    [Fact]
    public async Task Worker_AllKindsOfTriggers_AreThere()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("source.json"), """[{"id":"timed"}]""");
        await using var emulator = await StartEmulatorAsync(new GatedHandler(isOpen: true));
        var settings = Settings(emulator);
        settings["FLASHPOINT_SOURCE"] = folder.File("source.json");
        await using var host = await StandInHost.StartAsync(settings);

        await host.CallTimerAsync();

        var run = (await GetJsonAsync(host, "/api/runs")).GetProperty("runs")[0];
        run.GetProperty("trigger").GetString().ShouldBe("timer");
        await UntilEndedAsync(host, run.GetProperty("id").GetString()!);
        (await host.Http.GetStringAsync(new Uri("/", UriKind.Relative))).ShouldContain("<html");
        (await GetJsonAsync(host, "/api/health")).GetProperty("status").GetString().ShouldBe("healthy");
        using var none = await host.Http.PostAsync(new Uri("/api/runpod/webhook/forged", UriKind.Relative), new StringContent("{}"));
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Worker_WithABadSetting_EndsAndSaysWhatIsAllowed()
    {
        var settings = new Dictionary<string, string> { ["POLL_SECONDS"] = "soon" };

        using var process = StandInHost.StartProcess(settings, new Uri("http://127.0.0.1:9/"));

        (await process.ExitAsync()).ShouldBe(1);
        process.Errors.Trim().ShouldBe("POLL_SECONDS is \"soon\" (environment). Allowed: a number from 0.001 to 300.");
    }

    private Dictionary<string, string> Settings(RunPodEmulator emulator) => new()
    {
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
        ["RESULT_STORE"] = $"azure://{azurite.NewContainer().Name}/results",
        ["RUNPOD_ENDPOINT"] = $"{emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/emulator",
        ["RUNPOD_WORKERS"] = $"{Flashpoints}",
        ["POLL_SECONDS"] = "0.1",
        ["DAILY_SCHEDULE"] = "0 0 2 * * *",
    };

    private static Task<RunPodEmulator> StartEmulatorAsync(IWorkerHandler handler) => RunPodEmulator.StartAsync(
        new EmulatorOptions { WorkersMax = Flashpoints, RateLimits = false },
        handler,
        TimeProvider.System,
        NullLoggerFactory.Instance,
        default);

    private static string Body(string id)
    {
        var flashpoints = Enumerable.Range(0, Flashpoints).Select(i => $$"""{"id":"fp-{{i}}"}""");
        return $$"""{"run_id":"{{id}}","options":{"chunk_size":1},"flashpoints":[{{string.Join(',', flashpoints)}}]}""";
    }

    private static Task<HttpResponseMessage> PostAsync(StandInHost host, string path, string json) =>
        host.Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> GetJsonAsync(StandInHost host, string path)
    {
        using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {text}{Environment.NewLine}{await host.LogAsync()}");
        return JsonElement.Parse(text);
    }

    private static Task<JsonElement> UntilEndedAsync(StandInHost host, string id) =>
        UntilAsync(host, id, run => run.TryGetProperty("ended_at", out _));

    private static async Task<JsonElement> UntilAsync(StandInHost host, string id, Func<JsonElement, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(StandInHost.Patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var run = await GetJsonAsync(host, $"/api/runs/{id}");
            if (isWanted(run)) return run;
            if (patience.IsCancellationRequested) throw new TimeoutException($"The run is not as wanted: {run}{await host.LogAsync()}");
            await again.WaitForNextTickAsync();
        }
    }

    /// <summary>Holds every job until it is opened.</summary>
    private sealed class GatedHandler : IWorkerHandler
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Channel<string> _held = Channel.CreateUnbounded<string>();

        public GatedHandler(bool isOpen = false)
        {
            if (isOpen) Open();
        }

        public void Open() => _open.TrySetResult();

        public async Task UntilHeldAsync(int jobs)
        {
            for (var i = 0; i < jobs; i++) await _held.Reader.ReadAsync().AsTask().WaitAsync(StandInHost.Patience);
        }

        public async Task<JsonElement> HandleAsync(WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
        {
            _held.Writer.TryWrite(job.Id);
            await _open.Task.WaitAsync(cancellationToken);
            var ids = job.Input.GetProperty("flashpoints").EnumerateArray().Select(one => one.GetProperty("id").GetString());
            return JsonSerializer.SerializeToElement(new { results = ids.Select(id => new { id, done = true }) });
        }
    }
}
