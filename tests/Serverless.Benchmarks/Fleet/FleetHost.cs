using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Fleet;

/// <summary><c>fanout serve</c> with the backend of pods, killed and started again on the same folder and port.</summary>
internal sealed class FleetHost : IDisposable
{
    public const string Key = "key-of-the-fleet-0001";

    /// <summary>A pod must have been heard of within this when the host is killed: after its start it goes by the clock on the
    /// wall, and one that was set by more than the lease would end the lease of whoever has not been heard of since.</summary>
    private const double FreshSeconds = 12;

    /// <summary>A clock shows whole seconds, and some pass on a busy machine until they are read.</summary>
    private const double ClockSeconds = 20;

    private readonly string _folder;
    private readonly FleetWaiting _waiting;
    private readonly HttpClient _http;
    private DotnetProcess? _process;

    public FleetHost(string folder, string? clockLibrary, FleetWaiting waiting)
    {
        (_folder, _waiting) = (folder, waiting);
        Port = LoopbackPort.Free();
        Clock = FleetClock.Create(clockLibrary, Path.Combine(folder, "host.clock"));
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromMinutes(2) };
    }

    public int Port { get; }

    /// <summary>Its clock on the wall.</summary>
    public FleetClock Clock { get; }

    /// <summary>How often it was started.</summary>
    public int Lives { get; private set; }

    public string QueueFile => Path.Combine(_folder, "state", "queue.db");

    public string RunFolder => Path.Combine(_folder, "state", "results", "runs", FleetPlan.RunId);

    /// <summary>What it said last.</summary>
    public string Errors => _process?.Errors ?? "";

    public async Task StartAsync()
    {
        Lives++;
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"),
            ["serve", "--backend", "pods", "--listen", $"http://127.0.0.1:{Port}", "--state", "state"])
        {
            Folder = _folder,
            Environment = SetUp,
            Patience = FleetWaiting.Ever,
            OnOutputLine = (_, line) =>
            {
                if (line.StartsWith("Dashboard and API: ", StringComparison.Ordinal)) listens.TrySetResult();
            },
        });
        var ended = _process.ExitAsync();
        await _waiting.UntilAsync($"life {Lives} of the host to begin", () => listens.Task.IsCompleted || ended.IsCompleted);
        if (!listens.Task.IsCompleted) throw new WrongResultException($"Life {Lives} of the host did not begin:\n{_process.Errors}");
    }

    /// <summary>Sets its clock, and waits until it shows.</summary>
    public async Task SetClockAsync(long seconds)
    {
        Clock.Set(seconds);
        await _waiting.UntilAsync($"the host's clock to be {seconds} s ahead", async () =>
        {
            using var answer = await _http.GetAsync("api/queue");
            var ahead = answer.Headers.Date!.Value - TimeProvider.System.GetUtcNow();
            return Math.Abs(ahead.TotalSeconds - seconds) < ClockSeconds;
        });
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.KillHard();
        await _process.ExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM.</summary>
    public async Task StopAsync()
    {
        _process!.Terminate();
        var code = await _process.ExitAsync();
        if (code != 0) throw new WrongResultException($"The host ended with exit code {code}:\n{_process.Errors}");
    }

    public async Task SubmitAsync(FleetPlan plan)
    {
        var ids = string.Join(',', Enumerable.Range(0, plan.Total).Select(index => $$"""{"id":"{{FleetPlan.IdOf(index)}}"}"""));
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"run_id":"{{FleetPlan.RunId}}","workers":{{plan.Chunks}},"options":{"chunk_size":{{plan.Flashpoints}}},
            "flashpoints":[{{ids}}]}
            """);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync("api/runs?queue=true", content);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new WrongResultException($"The run was not taken: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Whether the run has ended.</summary>
    public async Task<bool> HasEndedAsync()
    {
        var run = JsonElement.Parse(await _http.GetStringAsync($"api/runs/{FleetPlan.RunId}"));
        return run.TryGetProperty("ended_at", out var ended) && ended.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Whether those machines that hold a job were heard of just now.</summary>
    public async Task<bool> HasHeardOfAsync(IReadOnlyList<string> machines)
    {
        return (await LookAsync()).Where(pod => machines.Contains(pod.Name.Split('/')[1]))
            .All(pod => pod.Jobs.Count == 0 || pod.LastSeenSeconds < FreshSeconds);
    }

    /// <summary>What it knows of a machine.</summary>
    public async Task<PodView> LookAsync(string machine) => (await LookAsync()).Single(pod => pod.Name.Split('/')[1] == machine);

    /// <summary>The flashpoints whose result is on its disk.</summary>
    public IReadOnlySet<string> ReadResultIds()
    {
        using var connection = new SqliteConnection($"Data Source={QueueFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM results";
        using var rows = command.ExecuteReader();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read()) ids.Add(rows.GetString(0));
        return ids;
    }

    public void Dispose()
    {
        _process?.Dispose();
        _http.Dispose();
    }

    private async Task<IReadOnlyList<PodView>> LookAsync() =>
        JsonSerializer.Deserialize(await _http.GetStringAsync("api/queue"), WorkJson.Default.QueueView)!.Pods;

    private void SetUp(IDictionary<string, string?> environment)
    {
        environment["POD_KEYS"] = $"fleet={Key}";
        environment["JOB_TIMEOUT_MINUTES"] = "1";
        environment["MODEL_TIMEOUT_SECONDS"] = "60";
        environment["MAX_RETRIES_PER_JOB"] = "20";
        environment["POLL_SECONDS"] = "1";
        environment["LOG_LEVEL"] = "WARN";
        Clock.AddTo(environment);
    }
}
