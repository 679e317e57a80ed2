using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Supervision;

/// <summary>A worker that dies too often: who hears of it, and how it goes on. With real processes and real HTTP.</summary>
public sealed class AlertTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [LinuxFact]
    public async Task Exec_CrashLoop_IsRefusedAlertedAndGoesOnWhenAPersonHasLooked()
    {
        await using var receiver = await AlertReceiver.StartAsync(refusals: 1);
        var lines = new SignalledLines();
        using var agent = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"), "agent", "exec", "--checkpoint-dir", _folder.File("ck"), "--store",
            _folder.File("store"), "--provider", "none", "--max-restarts", "2", "--health", "http://127.0.0.1:0", "--", "sh", "-c",
            $"echo run >> {_folder.File("runs")}; test -e {_folder.File("fixed")}")
        {
            Environment = names =>
            {
                names["AGENT_ALERT_URL"] = receiver.Address.AbsoluteUri;
                names["RUNPOD_POD_ID"] = "pod-1";
            },
            OnErrorLine = (_, line) => lines.Add(line),
        });
        await receiver.Alerts.WhenAny(_ => receiver.Alerts.All.Count == 2).WaitAsync(Patience);
        var health = await HealthAsync(lines);

        File.ReadAllLines(_folder.File("runs")).Length.ShouldBe(3);
        var alerts = receiver.Alerts.All.Select(text => JsonElement.Parse(text)).ToList();
        alerts[0].GetProperty("id").GetString().ShouldBe(alerts[1].GetProperty("id").GetString(), "it was refused, and sent again");
        receiver.Keys.ShouldBe([.. alerts.Select(alert => alert.GetProperty("id").GetString())]);
        alerts[0].GetProperty("event").GetString().ShouldBe("restart_limit");
        alerts[0].GetProperty("pod").GetRawText().ShouldBe("""{"pod_id":"pod-1","restarts":2}""");
        agent.Errors.ShouldNotContain(receiver.Address.AbsolutePath, customMessage: "the address is a secret");
        var (status, worker) = await StatusAsync(health);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        worker.GetProperty("state").GetString().ShouldBe("given_up");
        worker.GetProperty("restarts").GetInt32().ShouldBe(2);
        worker.GetProperty("restart_times").GetArrayLength().ShouldBe(2);
        worker.GetProperty("recovery_rate").GetDouble().ShouldBe(0);
        worker.GetProperty("last_exit_code").GetInt32().ShouldBe(1);

        File.WriteAllText(_folder.File("fixed"), "");
        using var allowed = await _http.PostAsync(new Uri(health, "/restart"), content: null);

        allowed.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await agent.ExitAsync()).ShouldBe(0, agent.Errors);
        File.ReadAllLines(_folder.File("runs")).Length.ShouldBe(4);
    }

    private static async Task<Uri> HealthAsync(SignalledLines lines)
    {
        await lines.WhenAny(line => line.StartsWith("Health: ", StringComparison.Ordinal)).WaitAsync(Patience);
        return new Uri(lines.All.First(line => line.StartsWith("Health: ", StringComparison.Ordinal))["Health: ".Length..]);
    }

    private async Task<(HttpStatusCode Status, JsonElement Worker)> StatusAsync(Uri health)
    {
        using var answer = await _http.GetAsync(health);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("worker"));
    }

    /// <summary>Takes alerts, after it has refused some.</summary>
    private sealed class AlertReceiver : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private AlertReceiver(WebApplication app) => _app = app;

        public Uri Address => new(_app.Urls.Single() + "/hooks/secret-part");

        public SignalledLines Alerts { get; } = new();

        public List<string?> Keys { get; } = [];

        public static async Task<AlertReceiver> StartAsync(int refusals)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new AlertReceiver(app);
            app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var text = await reader.ReadToEndAsync();
                context.Response.StatusCode = refusals-- > 0 ? 503 : 200;
                receiver.Keys.Add(context.Request.Headers["Idempotency-Key"]);
                receiver.Alerts.Add(text);
            });
            await app.StartAsync();
            return receiver;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }
}
