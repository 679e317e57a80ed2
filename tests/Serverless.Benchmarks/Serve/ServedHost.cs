using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Runs;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Serve;

/// <summary><c>fanout serve</c> in a process of its own, with a RunPod lookalike in another whose worker takes no time: what
/// is measured is the service.</summary>
internal sealed partial class ServedHost : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly FanOutCommand _emulator;
    private readonly FanOutCommand _serve;

    private ServedHost(TemporaryFolder folder, FanOutCommand emulator, FanOutCommand serve, Uri address, double startMs)
    {
        _folder = folder;
        (_emulator, _serve) = (emulator, serve);
        StartMs = startMs;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    public HttpClient Http { get; }

    /// <summary>From the start of the process until it answered that it is ready.</summary>
    public double StartMs { get; }

    public double MemoryMb => _serve.MemoryMb ?? throw new WrongResultException($"fanout serve has ended:\n{_serve.Tail}");

    public static async Task<ServedHost> StartAsync(int workersMax, double pollSeconds)
    {
        var folder = new TemporaryFolder();
        var emulator = new FanOutCommand(
            folder.Path, new Dictionary<string, string>(),
            "emulator", "--port", "0", "--workers-max", Words(workersMax), "--seconds-per-flashpoint", "0");
        var endpoint = EndpointPattern().Match(await emulator.ReadLineAsync()).Groups[1].Value;
        var settings = new Dictionary<string, string>
        {
            ["RUNPOD_API_KEY"] = "bench",
            ["RUNPOD_ENDPOINT"] = endpoint,
            ["POLL_SECONDS"] = Words(pollSeconds),
            ["LISTEN_URL"] = "http://127.0.0.1:0",
            ["MAX_REQUESTS_PER_SECOND"] = "100000",
            ["LOG_LEVEL"] = "WARNING",
        };
        var meter = new Meter();
        var serve = new FanOutCommand(folder.Path, settings, "serve", "--state", "state");
        var address = new Uri(AddressPattern().Match(await serve.ReadLineAsync()).Value);
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(address, "/ready"));
        ready.EnsureSuccessStatusCode();
        return new ServedHost(folder, emulator, serve, address, meter.ElapsedMs);
    }

    /// <summary>What it cost since the last look, the wall time being the caller's.</summary>
    public Cost Read(double wallMs)
    {
        _serve.Look();
        return new Cost(wallMs, _serve.CpuMs, _serve.PeakMb);
    }

    public void ResetPeak() => _serve.ResetPeak();

    /// <summary>Looks at a run until it has ended, and gives it.</summary>
    public async Task<JsonElement> EndOfAsync(string id, TimeSpan interval)
    {
        while (true)
        {
            var run = JsonElement.Parse(await Http.GetByteArrayAsync(new Uri($"/api/runs/{id}", UriKind.Relative)));
            if (run.TryGetProperty("ended_at", out _)) return run;
            await Task.Delay(interval, TimeProvider.System);
        }
    }

    public void Dispose()
    {
        Http.Dispose();
        _serve.Dispose();
        _emulator.Dispose();
        _folder.Dispose();
    }

    private static string Words(double number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"RUNPOD_ENDPOINT=(\S+)")]
    private static partial Regex EndpointPattern();

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex AddressPattern();
}
