using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Benchmarks.Runs;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Soak;

/// <summary>
/// <c>fanout serve</c>, killed and started again on the same folder. Serve and not run, since it is what a long run is left
/// to, and since RunPod can report to it: so webhooks and all that is wrong with them are soaked too.
/// </summary>
internal sealed class SoakHost : IDisposable
{
    /// <summary>Seconds that a worker may hold a job. A job takes one; one that is stuck costs this.</summary>
    private const int RequestTimeoutS = 20;

    private readonly string _folder;
    private readonly Dictionary<string, string> _settings;
    private readonly HttpClient _http;
    private FanOutCommand? _process;
    private double _pastCpuMs;

    public SoakHost(string folder, Uri endpoint)
    {
        _folder = folder;

        // The same in every life, so that webhooks find the next one.
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(2) };
        _settings = new Dictionary<string, string>
        {
            ["RUNPOD_ENDPOINT"] = endpoint.AbsoluteUri,
            ["RUNPOD_API_KEY"] = "soak",
            ["LISTEN_URL"] = address,
            ["PUBLIC_URL"] = address,
            ["FANOUT_STATE"] = Path.Combine(folder, "state"),
            ["POLL_SECONDS"] = "1",
            ["REQUEST_TIMEOUT"] = RequestTimeoutS.ToString(CultureInfo.InvariantCulture),
            ["MAX_RETRIES_PER_JOB"] = "9",
            ["LOG_LEVEL"] = "WARN",
        };
    }

    /// <summary>How often it was started.</summary>
    public int Lives { get; private set; }

    public double PeakMb { get; private set; }

    /// <summary>Of all lives together.</summary>
    public double CpuMs => _pastCpuMs + (_process?.CpuMs ?? 0);

    public string Database => Path.Combine(_folder, "state", "fanout.db");

    public string RunFolder => Path.Combine(_folder, "state", "results", "runs", SoakPlan.RunId);

    public async Task StartAsync()
    {
        Lives++;
        _process = new FanOutCommand(_folder, _settings, "serve");
        try
        {
            await _process.ReadLineAsync();
        }
        catch (WrongResultException e)
        {
            throw new WrongResultException($"Life {Lives} of the host did not begin: {e.Message}\n{_process.Tail}");
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Look();
        await _process!.KillHardAsync();
        _pastCpuMs += _process.CpuMs;
        _process.Dispose();
        _process = null;
    }

    public async Task SubmitAsync(SoakPlan plan)
    {
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"{{\"run_id\":\"{SoakPlan.RunId}\",\"workers\":{plan.Workers},");
        body.Append(CultureInfo.InvariantCulture, $"\"options\":{{\"chunk_size\":{plan.ChunkSize}}},\"flashpoints\":[");
        body.AppendJoin(',', Enumerable.Range(0, plan.Flashpoints).Select(index => SoakPlan.FlashpointOf(index).ToJsonString()));
        body.Append("]}");
        using var content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync("api/runs", content);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new WrongResultException($"The run was not taken: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Whether the run has ended.</summary>
    public async Task<bool> HasEndedAsync()
    {
        Look();
        var run = JsonElement.Parse(await _http.GetStringAsync($"api/runs/{SoakPlan.RunId}"));
        return run.TryGetProperty("ended_at", out var ended) && ended.ValueKind != JsonValueKind.Null;
    }

    public void Dispose()
    {
        _process?.Dispose();
        _http.Dispose();
    }

    private void Look()
    {
        _process!.Look();
        PeakMb = Math.Max(PeakMb, _process.PeakMb);
    }
}
