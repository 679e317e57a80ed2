using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Agent.Tests.Notices;
using Serverless.Alerts.Tests;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Alerting;

/// <summary>What people hear of a command that runs without a coordinator. With real processes and real HTTP.</summary>
public sealed class ExecAlertTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private Receiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await Receiver.StartAsync();

    public Task DisposeAsync() => _receiver.DisposeAsync().AsTask();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [LinuxFact]
    public async Task CrashLoop_OverTwoAgents_IsToldOnceAndGoesOnWhenAPersonHasLooked()
    {
        _receiver.Answer(503);
        var script = $"echo run >> {_folder.File("runs")}; test -e {_folder.File("fixed")}";
        var lines = new SignalledLines();
        using (var first = Start(Webhook, lines, ["--max-restarts", "2", "--health", "http://127.0.0.1:0"], script))
        {
            await lines.WhenAny(line => line.Contains(" sent on webhook") && !line.Contains("yet")).WaitAsync(Patience);
            await ShouldBeGivenUpAsync(await HealthAsync(lines));
            first.KillHard();
            (await first.ExitAsync()).ShouldBe(DotnetProcess.Killed);
        }

        lines = new SignalledLines();
        using var next = Start(Webhook, lines, ["--max-restarts", "2", "--health", "http://127.0.0.1:0"], script);
        await lines.WhenAny(line => line.Contains("is not sent: people were told before")).WaitAsync(Patience);
        File.ReadAllLines(_folder.File("runs")).Length.ShouldBe(6);
        File.WriteAllText(_folder.File("fixed"), "");
        using var allowed = await _http.PostAsync(new Uri(await HealthAsync(lines), "/restart"), content: null);

        allowed.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await next.ExitAsync()).ShouldBe(0, next.Errors);
        var told = _receiver.Posts.Select(post => JsonElement.Parse(post.Body)).ToList();
        told.Select(alert => alert.GetProperty("event").GetString()).ShouldBe(["restart_limit", "restart_limit", "completed"]);
        told[0].GetRawText().ShouldBe(told[1].GetRawText(), "it was refused, and sent again");
        _receiver.Posts.Select(post => post.Headers["Idempotency-Key"])
            .ShouldBe(told.Select(alert => alert.GetProperty("id").GetString()!));
        told[0].GetProperty("pod").GetRawText().ShouldBe("""{"pod_id":"pod-1","restarts":2}""");
        told[2].GetProperty("reason").GetString()!.ShouldMatch("^sh took .+ here, with 3 restarts$");
        next.Errors.ShouldNotContain(Samples.Planted, customMessage: "the address is a secret");
    }

    [LinuxFact]
    public async Task Failure_OnAllFourChannels_IsToldOnceHoweverOftenTheAgentIsStarted()
    {
        _receiver.Standard = context => context.Response.WriteAsync(
            context.Request.Path.Value!.EndsWith("sendMessage", StringComparison.Ordinal) ? """{"ok":true}""" : "ok");
        for (var start = 1; start <= 2; start++)
        {
            using var agent = Start(AllFour, new SignalledLines(), ["--max-restarts", "0"], $"env > {_folder.File("env")}; exit 3");
            (await agent.ExitAsync()).ShouldBe(1, agent.Errors);
            agent.Errors.ShouldNotContain(Samples.Planted);
        }

        _receiver.Posts.Count.ShouldBe(4, "each channel once");
        _receiver.Posts.ShouldAllBe(post => post.Body.Contains("The worker ended with exit code 3, and is not started again"));
        var seen = File.ReadAllText(_folder.File("env"));
        seen.ShouldContain("SENTRY_DSN=", customMessage: "a worker may report to Sentry itself");
        foreach (var name in (string[])["ALERT_WEBHOOK_URL", "SLACK_WEBHOOK_URL", "TELEGRAM_BOT_TOKEN"])
            seen.ShouldNotContain(name, customMessage: "and not speak to people in the agent's name");
    }

    [LinuxFact]
    public async Task Interruption_IsToldWhileTheWorkerEnds()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        var lines = new SignalledLines();
        var (taken, release) = _receiver.Hold();
        using var agent = Start(
            Webhook, lines, ["--provider", "aws", "--metadata", server.Address.AbsoluteUri],
            $"trap 'until test -e {_folder.File("told")}; do sleep 0.1; done; exit 0' TERM; echo ready; while true; do sleep 0.1; done");
        await lines.WhenAny(line => line == "ready").WaitAsync(Patience);
        var end = TimeProvider.System.GetUtcNow().AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        server.InstanceAction = $$"""{"action":"terminate","time":"{{end}}"}""";

        await taken.WaitAsync(Patience);
        File.WriteAllText(_folder.File("told"), "");
        release();

        (await agent.ExitAsync()).ShouldBe(0, agent.Errors);
        var told = JsonElement.Parse(_receiver.Posts.ShouldHaveSingleItem().Body);
        told.GetProperty("event").GetString().ShouldBe("interrupted");
        told.GetProperty("title").GetString().ShouldBe("Pod pod-1 was interrupted");
        told.GetProperty("reason").GetString()!.ShouldStartWith("AWS: terminate at ");
    }

    [LinuxFact]
    public async Task End_ThatAPersonWants_IsNoNews()
    {
        var lines = new SignalledLines();
        using var agent = Start(Webhook, lines, [], "echo ready; exec sleep 600");
        await lines.WhenAny(line => line == "ready").WaitAsync(Patience);
        agent.Terminate();

        (await agent.ExitAsync()).ShouldBe(0, agent.Errors);

        _receiver.Posts.ShouldBeEmpty();
    }

    private DotnetProcess Start(
        Action<IDictionary<string, string?>> settings, SignalledLines lines, string[] options, string script) =>
        DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"),
            [
                "agent", "exec", "--checkpoint-dir", _folder.File("ck"), "--store", _folder.File("store"),
                .. options.Contains("--provider") ? [] : new[] { "--provider", "none" }, .. options, "--", "sh", "-c", script,
            ])
        {
            Folder = _folder.Path,
            Environment = names =>
            {
                names["RUNPOD_POD_ID"] = "pod-1";
                names["LOG_LEVEL"] = "DEBUG";
                settings(names);
            },
            OnErrorLine = (_, line) => lines.Add(line),
            OnOutputLine = (_, line) => lines.Add(line),
        });

    private void Webhook(IDictionary<string, string?> names) =>
        names["ALERT_WEBHOOK_URL"] = $"{_receiver.Address}/hooks/{Samples.Planted}";

    private void AllFour(IDictionary<string, string?> names)
    {
        Webhook(names);
        names["SLACK_WEBHOOK_URL"] = $"{_receiver.Address}/services/{Samples.Planted}";
        names["TELEGRAM_BOT_TOKEN"] = $"1:{Samples.Planted}";
        names["TELEGRAM_CHAT_ID"] = "42";
        names["TELEGRAM_API_URL"] = _receiver.Address;
        names["SENTRY_DSN"] = $"http://{Samples.Planted}@{new Uri(_receiver.Address).Authority}/7";
    }

    private static async Task<Uri> HealthAsync(SignalledLines lines)
    {
        await lines.WhenAny(line => line.StartsWith("Health: ", StringComparison.Ordinal)).WaitAsync(Patience);
        return new Uri(lines.All.First(line => line.StartsWith("Health: ", StringComparison.Ordinal))["Health: ".Length..]);
    }

    private async Task ShouldBeGivenUpAsync(Uri health)
    {
        using var answer = await _http.GetAsync(health);
        var worker = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("worker");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        worker.GetProperty("state").GetString().ShouldBe("given_up");
        worker.GetProperty("restarts").GetInt32().ShouldBe(2);
        worker.GetProperty("restart_times").GetArrayLength().ShouldBe(2);
        worker.GetProperty("recovery_rate").GetDouble().ShouldBe(0);
        worker.GetProperty("last_exit_code").GetInt32().ShouldBe(1);
    }
}
