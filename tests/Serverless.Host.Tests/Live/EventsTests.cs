using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Host.Live;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Live;

public sealed class EventsTests
{
    private readonly HeldJobs _jobs = new();

    [Fact]
    public async Task Run_GoesOn_IsToldFromSnapshotToEnd()
    {
        await using var host = await StartAsync();
        await host.StartRunAsync("run-1", 6, workers: 2);
        await using var events = await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events");

        events.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var first = (await events.NextAsync())!.Value;
        first.Name.ShouldBe("snapshot");
        first.Data.GetProperty("id").GetString().ShouldBe("run-1");
        await UntilRunningAsync(events, first, 2);
        _jobs.ReleaseBelow(1);
        var chunk = await events.UntilAsync("chunk", data => Chunk(data) == 0 && State(data) == "completed");
        chunk.GetProperty("attempts")[0].GetProperty("worker_id").GetString().ShouldBe("w-1");
        var run = await events.UntilAsync("run", data => data.GetProperty("done").GetInt32() == 1);
        run.GetProperty("chunks_ended").GetInt32().ShouldBe(1);
        _jobs.ReleaseAll();
        var end = await events.UntilAsync("end");

        State(end.GetProperty("run")).ShouldBe("completed");
        end.GetProperty("report").GetProperty("ok").GetBoolean().ShouldBeTrue();
        (await events.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Chunks_OneChanges_OthersAreNotToldAgain()
    {
        await using var host = await StartAsync();
        await host.StartRunAsync("run-1", 8, workers: 8);
        await using var events = await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events");
        await UntilRunningAsync(events, (await events.NextAsync())!.Value, 8);

        _jobs.ReleaseBelow(1);
        var told = new List<int>();
        await events.UntilAsync("run", run => run.GetProperty("done").GetInt32() == 1, (name, data) =>
        {
            if (name == "chunk") told.Add(Chunk(data));
        });

        told.Distinct().ShouldBe([0]);
    }

    [Fact]
    public async Task AllRuns_OneStarts_IsTold()
    {
        await using var host = await StartAsync();
        await using var events = await EventConnection.OpenAsync(host.Http, "/api/events");
        (await events.NextAsync())!.Value.Data.GetProperty("runs").GetArrayLength().ShouldBe(0);

        await host.StartRunAsync("run-1", 2);
        await events.UntilAsync("run", run => run.GetProperty("id").GetString() == "run-1");
        _jobs.ReleaseAll();
        await events.UntilAsync("run", run => State(run) == "completed");
    }

    [Fact]
    public async Task AllRuns_OneIsDeleted_AreToldAnew()
    {
        _jobs.ReleaseAll();
        await using var host = await StartAsync();
        await host.StartRunAsync("run-1", 1);
        await host.EndOfAsync("run-1");
        await using var events = await EventConnection.OpenAsync(host.Http, "/api/events");
        (await events.NextAsync())!.Value.Data.GetProperty("runs").GetArrayLength().ShouldBe(1);

        await host.Parts.Control.PurgeAsync("run-1", default);

        await events.UntilAsync("snapshot", data => data.GetProperty("runs").GetArrayLength() == 0);
    }

    [Fact]
    public async Task Run_HasEnded_IsToldAtOnceAndNotAgainToWhoKnows()
    {
        _jobs.ReleaseAll();
        await using var host = await StartAsync();
        await host.StartRunAsync("run-1", 3);
        await host.EndOfAsync("run-1");
        await using var events = await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events");
        var snapshot = (await events.NextAsync())!.Value;
        var end = (await events.NextAsync())!.Value;

        (snapshot.Name, end.Name).ShouldBe(("snapshot", "end"));
        snapshot.Data.GetProperty("chunks").EnumerateArray().ShouldAllBe(chunk => State(chunk) == "completed");
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/runs/run-1/events", UriKind.Relative));
        again.Headers.Add("Last-Event-ID", end.Id);
        using var answer = await host.Http.SendAsync(again);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Run_Unknown_IsNotFound()
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri("/api/runs/nobody/events", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("urn:fanout:problem:not-found");
    }

    [Fact]
    public async Task Watchers_OfOneRun_ShareAReaderThatEndsWithThem()
    {
        await using var host = await StartAsync();
        await host.StartRunAsync("run-1", 2);
        var feeds = host.Services.GetRequiredService<LiveFeeds>();
        var connections = new List<EventConnection>();
        for (var i = 0; i < 20; i++)
        {
            connections.Add(await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events"));
            (await connections[i].NextAsync())!.Value.Name.ShouldBe("snapshot");
        }

        feeds.Count.ShouldBe(1);
        foreach (var connection in connections) await connection.DisposeAsync();
        await WaitAsync(() => feeds.Count == 0, "the reader to end");
    }

    [Fact]
    public async Task Streams_AsManyAsAllowed_OneMoreIsRefused()
    {
        await using var host = await StartAsync();
        var feeds = host.Services.GetRequiredService<LiveFeeds>();
        var leases = Enumerable.Range(0, HostLimits.MaxStreams).Select(_ => feeds.OpenAll()).ToList();

        using var refused = await host.Http.GetAsync(new Uri("/api/events", UriKind.Relative));
        foreach (var lease in leases) lease.Dispose();
        await using var taken = await EventConnection.OpenAsync(host.Http, "/api/events");

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("urn:fanout:problem:too-many-streams");
        (await taken.NextAsync())!.Value.Name.ShouldBe("snapshot");
    }

    [Fact]
    public async Task Watcher_ReadsNothing_HoldsNobodyUp()
    {
        await using var host = await StartAsync();
        await host.StartRunAsync("run-1", 40, workers: 8);
        await using var idle = await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events");
        await using var other = await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events");

        _jobs.ReleaseAll();

        await other.UntilAsync("end");
    }

    /// <summary>A stream that the host had to cut off, as it does with what has not ended in its time, could not be read to its
    /// end.</summary>
    [Fact]
    public async Task Host_Stops_StreamsEndByThemselves()
    {
        await using var host = await HostHarness.StartAsync(new HostHarnessOptions
        {
            Script = _jobs.Script,
            Configure = builder => builder.Services.Configure<HostOptions>(stop => stop.ShutdownTimeout = HostHarness.Patience),
        });
        await host.StartRunAsync("run-1", 2);
        await using var run = await EventConnection.OpenAsync(host.Http, "/api/runs/run-1/events");
        await using var all = await EventConnection.OpenAsync(host.Http, "/api/events");
        await run.NextAsync();
        await all.NextAsync();

        await host.StopAsync();

        await run.EndAsync();
        await all.EndAsync();
    }

    /// <summary>Until workers hold the jobs of as many chunks: those that began early are in the snapshot.</summary>
    private static async Task UntilRunningAsync(EventConnection events, (string Name, JsonElement Data, string? Id) first, int count)
    {
        var running = new HashSet<int>();
        for (var item = first; ; item = (await events.NextAsync())!.Value)
        {
            JsonElement[] chunks = item.Name switch
            {
                "snapshot" => [.. item.Data.GetProperty("chunks").EnumerateArray()],
                "chunk" => [item.Data],
                _ => [],
            };
            running.UnionWith(chunks.Where(chunk => State(chunk) == "running").Select(Chunk));
            if (running.Count == count) return;
        }
    }

    private Task<HostHarness> StartAsync() => HostHarness.StartAsync(new HostHarnessOptions { Script = _jobs.Script });

    private static int Chunk(JsonElement data) => data.GetProperty("chunk").GetInt32();

    private static string State(JsonElement data) => data.GetProperty("state").GetString()!;

    private static async Task WaitAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(HostHarness.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"Waited in vain for {what}.");
            await timer.WaitForNextTickAsync(default);
        }
    }
}
