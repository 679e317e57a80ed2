using System.Net.Sockets;
using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>SIGKILL of the service during a run. It is started again on the same port and state, and nobody tells it anything:
/// the run goes on by itself.</summary>
public sealed class ServeKillTests
{
    private const string RunId = "served";
    private const int Kills = 8;

    [Fact]
    public async Task Kill_AtSeededPoints_LeavesARunThatGoesOnByItself()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync(workers: 8);
        var aftermath = new Aftermath(place, endpoint, RunId);
        var chance = new Random(20251123);
        var listen = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        for (var kill = 0; kill < Kills; kill++)
        {
            // Lines of the log lie between commits, calls and files as chance has it.
            await ServeUntilKilledAsync(place, endpoint, listen, killAt: 20 + chance.Next(60), isFirst: kill == 0);
            await aftermath.LookAsync();
        }

        using var served = await Served.StartAsync(place, listen, onErrorLine: null, endpoint.Environment);
        served.Http.BaseAddress.ShouldBe(listen, "a client that holds on to its links finds it again");
        await served.WhenAsync($"/api/runs/{RunId}", run => run.TryGetProperty("ended_at", out _));

        var results = await served.GetJsonAsync($"/api/runs/{RunId}/results");
        results.EnumerateArray().Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        var run = await served.GetJsonAsync($"/api/runs/{RunId}");
        run.GetProperty("report").GetProperty("ok").GetBoolean().ShouldBeTrue();
        aftermath.KnownJobs.ShouldBeGreaterThan(0, "no kill came in the middle of the run");
        aftermath.Check();
    }

    /// <summary>Starts the service, posts the run if it is the first time, and kills it at a line of its log.</summary>
    private static async Task ServeUntilKilledAsync(
        Workplace place, RemoteEndpoint endpoint, Uri listen, int killAt, bool isFirst)
    {
        var lines = 0;
        var isCounting = false;
        void Count(DotnetProcess process)
        {
            if (Volatile.Read(ref isCounting) && Interlocked.Increment(ref lines) == killAt) process.KillHard();
        }

        using var served = await Served.StartAsync(
            place, listen, (process, _) => Count(process), [.. endpoint.Environment, ("LOG_LEVEL", "DEBUG")]);
        if (isFirst) (await PostAsync(served, place)).Dispose();

        // Not before it has said where it listens: it would be taken for one that cannot start.
        Volatile.Write(ref isCounting, true);

        await UntilItDiesOrTheRunEndsAsync(served);
    }

    private static async Task<HttpResponseMessage> PostAsync(Served served, Workplace place)
    {
        using var body = new StringContent(
            $$"""{"run_id":"{{RunId}}","workers":4,"options":{"chunk_size":1},"flashpoints":{{place.Flashpoints}}}""");
        body.Headers.ContentType = new("application/json");
        var accepted = await served.Http.PostAsync(new Uri("/api/runs", UriKind.Relative), body);
        return accepted.EnsureSuccessStatusCode();
    }

    private static async Task UntilItDiesOrTheRunEndsAsync(Served served)
    {
        try
        {
            await served.WhenAsync($"/api/runs/{RunId}", run => run.TryGetProperty("ended_at", out _));
            served.Process.KillHard();
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException or IOException)
        {
            // It died while it was asked, which is what it was to do.
        }

        (await served.Process.ExitAsync()).ShouldBe(DotnetProcess.Killed, served.Process.Errors);
    }
}
