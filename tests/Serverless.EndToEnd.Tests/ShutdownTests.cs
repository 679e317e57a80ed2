using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.EndToEnd.Tests;

/// <summary>SIGTERM ends <c>fanout serve</c> within ten seconds, whatever callers are just doing.</summary>
public sealed class ShutdownTests
{
    /// <summary>A machine that takes longer to start it has as much longer to end it.</summary>
    private static readonly TimeSpan UsualStart = TimeSpan.FromSeconds(2);

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
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync());
        await BeginAsync(events);
        using var upload = await BeginUploadAsync(served.Http.BaseAddress!);
        var clock = Stopwatch.GetTimestamp();

        served.Process.Terminate();

        (await served.Process.ExitAsync()).ShouldBe(0, served.Process.Errors);
        var took = Stopwatch.GetElapsedTime(clock);
        using var answer = await waiting;
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, "who waits is told that the run goes on");
        await events.ReadToEndAsync();

        handler.Open();
        using var again = await Served.StartAsync(place, endpoint.Environment);
        took.ShouldBeLessThan(Limit(TimeSpan.FromSeconds(10), served, again));
        using var end = await again.PostRunAsync(place.Flashpoints, "r", "?wait=600");
        (await end.Content.ReadAsStringAsync()).ShouldContain("\"ok\":true");
        handler.Cancelled.ShouldBe(0);
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
        var took = Stopwatch.GetElapsedTime(clock);
        served.Process.Errors.ShouldContain("Stopped.");
        using var again = await Served.StartAsync(place);
        took.ShouldBeLessThan(Limit(TimeSpan.FromSeconds(5), served, again));
    }

    /// <param name="usual">On a machine that is not busy.</param>
    /// <param name="lives">Of just before and just after.</param>
    private static TimeSpan Limit(TimeSpan usual, params Served[] lives) =>
        usual * Math.Max(1, lives.Max(life => life.StartedIn) / UsualStart);

    /// <summary>Reads to the first event.</summary>
    private static async Task BeginAsync(StreamReader events)
    {
        string? line;
        do line = await events.ReadLineAsync();
        while (line is not null && !line.StartsWith("event:", StringComparison.Ordinal));
        line.ShouldNotBeNull("no event came");
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
