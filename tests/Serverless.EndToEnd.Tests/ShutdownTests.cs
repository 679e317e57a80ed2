using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.EndToEnd.Tests;

/// <summary>SIGTERM ends <c>fanout serve</c> within ten seconds, whatever callers are just doing.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Sigterm_WithAStreamAWaitAndAnUploadOpen_EndsInTimeAndLeavesJobsRunning()
    {
        using var place = new Workplace();
        var handler = new HeldHandler();
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler);
        using var served = await Served.StartAsync(place, endpoint.Environment);
        var waiting = served.PostRunAsync(place.Flashpoints, "r", "?wait=600");
        await handler.Held;
        using var stream = await served.Http.GetAsync(
            new Uri("/api/runs/r/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var upload = await BeginUploadAsync(served.Http.BaseAddress!);
        var clock = Stopwatch.GetTimestamp();

        served.Process.Terminate();

        (await served.Process.ExitAsync()).ShouldBe(0, served.Process.Errors);
        Stopwatch.GetElapsedTime(clock).ShouldBeLessThan(Limit);
        using var answer = await waiting;
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, "who waits is told that the run goes on");
        (await stream.Content.ReadAsStringAsync()).ShouldContain("event:");
        handler.Cancelled.ShouldBe(0);

        handler.Open();
        using var again = await Served.StartAsync(place, endpoint.Environment);
        using var end = await again.PostRunAsync(place.Flashpoints, "r", "?wait=60");
        (await end.Content.ReadAsStringAsync()).ShouldContain("\"ok\":true");
        endpoint.Statistics.JobsSubmitted.ShouldBe(4, "the jobs under way were found again");
    }

    [Fact]
    public async Task Sigterm_WithNobodyThere_EndsAtOnce()
    {
        using var place = new Workplace();
        using var served = await Served.StartAsync(place);
        var clock = Stopwatch.GetTimestamp();

        served.Process.Terminate();

        (await served.Process.ExitAsync()).ShouldBe(0, served.Process.Errors);
        Stopwatch.GetElapsedTime(clock).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        served.Process.Errors.ShouldContain("Stopped.");
    }

    /// <summary>Sends the head and the beginning of a body, and no more.</summary>
    private static async Task<TcpClient> BeginUploadAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        var head = $"POST /api/runs HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100000\r\n\r\n{\"flashpoints\":[";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        return client;
    }
}
