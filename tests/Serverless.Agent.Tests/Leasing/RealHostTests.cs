using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>The real host and real agents, in processes of their own, one of which is killed under its job.</summary>
public sealed class RealHostTests : IDisposable
{
    private const int Flashpoints = 12;
    private const string Key = "pod-key-that-nobody-may-see";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [PythonFact]
    public async Task Run_WhoseAgentIsKilledUnderItsJob_HasEveryResultOnceAndRedoesAtMostOne()
    {
        var served = new SignalledLines();
        using var host = StartHost(served);
        var address = await AddressAsync(served);
        File.WriteAllText(_folder.File("worker.py"), """
            import json, os, sys, time
            assert "COORDINATOR_KEY" not in os.environ
            agent = os.getppid()
            for flashpoint in json.load(sys.stdin)["input"]["flashpoints"]:
                with open("journal", "a") as journal:
                    journal.write(flashpoint["id"] + "\n")
                if flashpoint["id"] == "fp-5" and not os.path.exists("killed"):
                    while os.getppid() == agent:
                        time.sleep(0.02)
                    sys.exit(1)
                print(json.dumps({"id": flashpoint["id"], "by": os.environ["FANOUT_JOB_ID"]}), flush=True)
            """);
        using (var first = StartAgent(address, "pod-1", "python3 worker.py"))
        {
            using var started = await _http.PostAsync(new Uri(address, "/api/runs?queue=true"), Body());
            started.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            await served.WhenAny(line => line.Contains("completed flashpoint fp-4", StringComparison.Ordinal)).WaitAsync(Patience);
            await Polling.UntilAsync(
                () => File.ReadAllText(_folder.File("journal")).EndsWith("fp-5\n", StringComparison.Ordinal), "fp-5 is begun");
            first.KillHard();
            await first.ExitAsync();
            File.WriteAllText(_folder.File("killed"), "");
        }

        using var second = StartAgent(address, "pod-1", "python3 worker.py");
        await served.WhenAny(line => line.Contains($"completed all {Flashpoints} flashpoints", StringComparison.Ordinal))
            .WaitAsync(Patience);

        var results = await ResultsAsync(address);
        results.Select(result => result.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(0, Flashpoints).Select(i => $"fp-{i}"));
        var redone = File.ReadAllLines(_folder.File("journal")).GroupBy(id => id).Where(group => group.Count() > 1);
        redone.Select(group => group.Key).ShouldBe(["fp-5"], "only the one in progress");
        second.Terminate();
        (await second.ExitAsync()).ShouldBe(0, second.Errors);
        second.Errors.ShouldNotContain(Key);
    }

    [Fact]
    public async Task Pod_DrainedByCommand_FinishesItsJobAndEndsUntilThatIsUndone()
    {
        var served = new SignalledLines();
        using var host = StartHost(served);
        var address = await AddressAsync(served);
        File.WriteAllText(_folder.File("worker.sh"), """
            cat > job; touch begun; while [ ! -e go ]; do sleep 0.02; done; grep -o '"id":"fp-[0-9]*"' job | sed 's/.*/{&}/'
            """);
        using var first = StartAgent(address, "pod-1", "sh worker.sh", "--on-demand");
        using var started = await _http.PostAsync(new Uri(address, "/api/runs?queue=true"), Body(workers: 2));
        started.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await served.WhenAny(line => line.Contains("is lent to pods/pod-1", StringComparison.Ordinal)).WaitAsync(Patience);

        var queue = await _http.GetFromJsonAsync<JsonElement>(new Uri(address, "/api/queue"));
        queue.GetProperty("pods")[0].GetProperty("facts").GetProperty("interruptible").GetBoolean().ShouldBeFalse();
        (await OrderAsync(address)).ShouldStartWith("pods/pod-1 finishes what it holds (1 job), takes nothing more, and its agent ends.");
        File.WriteAllText(_folder.File("go"), "");
        (await first.ExitAsync()).ShouldBe(0, first.Errors);
        using (var again = StartAgent(address, "pod-1", "sh worker.sh")) (await again.ExitAsync()).ShouldBe(0, again.Errors);
        served.All.Count(line => line.Contains("is lent to", StringComparison.Ordinal)).ShouldBe(1, "one job was left for others");

        (await OrderAsync(address, "--undo")).ShouldStartWith("pods/pod-1 may have work again.");
        using var last = StartAgent(address, "pod-1", "sh worker.sh");
        (await ResultsAsync(address)).Length.ShouldBe(Flashpoints);
        last.Terminate();
        (await last.ExitAsync()).ShouldBe(0, last.Errors);
    }

    private async Task<string> OrderAsync(Uri address, params string[] more)
    {
        var said = new SignalledLines();
        using var command = Start(said, _ => { }, ["pod", "drain", "pods/pod-1", "--coordinator", address.AbsoluteUri, .. more]);
        (await command.ExitAsync()).ShouldBe(0, command.Errors);
        return string.Join('\n', said.All);
    }

    private DotnetProcess StartHost(SignalledLines served) => Start(
        served, names => names["POD_KEYS"] = $"pods={Key}", "serve", "--listen", "http://127.0.0.1:0", "--state", "state");

    private DotnetProcess StartAgent(Uri address, string pod, string worker, params string[] more) => Start(
        new SignalledLines(),
        names => names["COORDINATOR_KEY"] = Key,
        [
            "agent", "--coordinator", address.AbsoluteUri, "--worker", worker, "--pod", pod, "--provider", "none", "--state", "agent-state",
            .. more,
        ]);

    private DotnetProcess Start(SignalledLines lines, Action<IDictionary<string, string?>> environment, params string[] arguments) =>
        DotnetProcess.Start(new DotnetStart(Path.Combine(AppContext.BaseDirectory, "fanout.dll"), arguments)
        {
            Folder = _folder.Path,
            Environment = environment,
            OnErrorLine = (_, line) => lines.Add(line),
            OnOutputLine = (_, line) => lines.Add(line),
        });

    private static async Task<Uri> AddressAsync(SignalledLines lines)
    {
        await lines.WhenAny(line => line.StartsWith("Dashboard and API: ", StringComparison.Ordinal)).WaitAsync(Patience);
        return new Uri(lines.All.First(line => line.StartsWith("Dashboard and API: ", StringComparison.Ordinal)).Split(' ')[3]);
    }

    private static StringContent Body(int workers = 1)
    {
        var flashpoints = Enumerable.Range(0, Flashpoints).Select(i => $$"""{"id":"fp-{{i}}"}""");
        return new StringContent(
            $$"""{"run_id":"r1","workers":{{workers}},"options":{"backend":"pods"},"flashpoints":[{{string.Join(',', flashpoints)}}]}""",
            Encoding.UTF8, "application/json");
    }

    private async Task<JsonElement[]> ResultsAsync(Uri address)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            patience.IsCancellationRequested.ShouldBeFalse($"the run is completed within {Patience}");
            using var answer = await _http.GetAsync(new Uri(address, "/api/runs/r1/results"));
            if (answer.StatusCode == HttpStatusCode.OK) return (await answer.Content.ReadFromJsonAsync<JsonElement[]>())!;
            await timer.WaitForNextTickAsync(default);
        }
    }
}
