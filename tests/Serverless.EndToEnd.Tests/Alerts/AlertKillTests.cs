using System.Collections.Concurrent;
using System.Text;
using Serverless.Alerts.Tests;
using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests.Alerts;

/// <summary>SIGKILL of the command around the moment at which people are told: none is told twice, and none is left out who can
/// tell a repeat.</summary>
public sealed class AlertKillTests
{
    private const string Planted = "s3cr3tPlanted";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Kill_WhileAlertsAreOnTheirWay_RepeatsOnlyWhereARepeatIsKnown()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        await using var hook = await Receiver.StartAsync();
        await using var slack = await Receiver.StartAsync();
        var (hookTaken, _) = hook.Hold();
        var (slackTaken, _) = slack.Hold();
        var environment = Environment(endpoint, hook, slack);

        using var run = FanOutProcess.Start(place.Path, Command("killed"), onErrorLine: null, environment);
        await Task.WhenAll(hookTaken, slackTaken).WaitAsync(Patience);
        run.KillHard();
        (await run.ExitAsync()).ShouldBe(DotnetProcess.Killed, run.Errors);
        using var served = await ServeUntilAsync(place, environment, "on slack Unknown, is not tried again", "sent on webhook");

        slack.Posts.ShouldHaveSingleItem();
        hook.Posts.Count.ShouldBe(2);
        hook.Posts.Select(post => post.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();
        hook.Posts.Select(post => post.Body).Distinct().ShouldHaveSingleItem();
        served.Process.KillHard();
        await served.Process.ExitAsync();
        FindPlanted(place, served.Process.Errors, served.Process.Output, run.Errors, run.Output).ShouldBeEmpty();
    }

    [Fact]
    public async Task Kill_AtSeededPoints_TellsNobodyTwice()
    {
        await using var endpoint = await RemoteEndpoint.StartAsync(workers: 8);
        var chance = new Random(20261125);
        var killed = 0;

        // On a busy machine a run may be over before the line has come here at which it is to be killed.
        for (var kill = 0; kill < 6 || (killed == 0 && kill < 60); kill++)
        {
            using var place = new Workplace();
            await using var hook = await Receiver.StartAsync();
            await using var slack = await Receiver.StartAsync();
            var environment = Environment(endpoint, hook, slack);
            // The last chunk ends at about line 30; the alerts follow.
            var killAt = 26 + chance.Next(7);
            var lines = 0;
            using var run = FanOutProcess.Start(
                place.Path,
                Command($"killed-{kill}"),
                (process, _) =>
                {
                    if (Interlocked.Increment(ref lines) == killAt) process.KillHard();
                },
                environment);
            if (await run.ExitAsync() == DotnetProcess.Killed) killed++;

            using var again = await FanOutProcess.RunAsync(place.Path, Command($"killed-{kill}"), environment);
            using var served = await ServeUntilAsync(place, environment);
            await hook.WhenPostedAsync(1).WaitAsync(Patience);

            slack.Posts.Count.ShouldBeLessThanOrEqualTo(1, $"killed at line {killAt}");
            hook.Posts.Select(post => post.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem($"killed at line {killAt}");
        }

        killed.ShouldBeGreaterThan(0, "no kill came before the end");
    }

    private static string[] Command(string run) => ["run", "flashpoints.json", "--run-id", run, "--workers", "4", "--out", "results.json"];

    private static (string Name, string Value)[] Environment(RemoteEndpoint endpoint, Receiver hook, Receiver slack) =>
    [
        .. endpoint.Environment,
        ("LOG_LEVEL", "DEBUG"),
        ("ALERT_WEBHOOK_URL", $"{hook.Address}/{Planted}"),
        ("ALERT_WEBHOOK_HEADERS", $$"""{"X-Key":"{{Planted}}"}"""),
        ("SLACK_WEBHOOK_URL", $"{slack.Address}/services/{Planted}"),
    ];

    /// <summary>Starts the service, and waits until its log has said all of these.</summary>
    private static async Task<Served> ServeUntilAsync(Workplace place, (string, string)[] environment, params string[] said)
    {
        var missing = new ConcurrentDictionary<string, bool>(said.Select(text => KeyValuePair.Create(text, true)));
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (said.Length == 0) all.SetResult();
        var served = await Served.StartAsync(
            place,
            new Uri("http://127.0.0.1:0"),
            (_, line) =>
            {
                foreach (var text in said.Where(text => line.Contains(text, StringComparison.Ordinal))) missing.TryRemove(text, out bool _);
                if (missing.IsEmpty) all.TrySetResult();
            },
            environment);
        await all.Task.WaitAsync(Patience);
        return served;
    }

    /// <summary>Where a secret has got to: texts, and every file of state and results.</summary>
    private static IEnumerable<string> FindPlanted(Workplace place, params string[] texts)
    {
        var secret = Encoding.UTF8.GetBytes(Planted);
        return texts.Where(text => text.Contains(Planted, StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(place.Path, "*", SearchOption.AllDirectories).Where(file =>
            {
                using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var bytes = new MemoryStream();
                open.CopyTo(bytes);
                return bytes.ToArray().AsSpan().IndexOf(secret) >= 0;
            }));
    }
}
