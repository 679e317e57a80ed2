using System.Net;
using System.Text.Json;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Schedule;

public sealed class ScheduleApiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Ten seconds before two in Berlin: each of them costs a call.</summary>
    private readonly ManualClock _clock = new(new DateTimeOffset(2025, 6, 1, 23, 59, 50, TimeSpan.Zero));

    [Fact]
    public async Task Timer_InTheHost_StartsTheDaysRunAndShowsIt()
    {
        await using var host = await StartAsync();
        (await ScheduleOf(host)).TryGetProperty("last", out _).ShouldBeFalse();

        var schedule = await DriveUntilAsync(host, view => view.TryGetProperty("last", out _));

        schedule.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        schedule.GetProperty("expression").GetString().ShouldBe("0 0 2 * * *");
        schedule.GetProperty("time_zone").GetString().ShouldBe("Europe/Berlin");
        schedule.GetProperty("source").GetString().ShouldBe($"The file {_folder.File("list.json")}");
        schedule.GetProperty("next").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2025, 6, 3, 0, 0, 0, TimeSpan.Zero));
        var last = schedule.GetProperty("last");
        last.GetProperty("scheduled_for").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2025, 6, 2, 0, 0, 0, TimeSpan.Zero));
        last.GetProperty("run_id").GetString().ShouldBe("etl-2025-06-02");
        last.GetProperty("result").GetString().ShouldBe("started");
        var run = await host.GetJsonAsync("/api/runs/etl-2025-06-02");
        run.GetProperty("date").GetString().ShouldBe("2025-06-02");
        run.GetProperty("trigger").GetString().ShouldBe("timer");
        run.GetProperty("flashpoints").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Timer_AfterARestart_ReadsAndStartsNothingAgain()
    {
        await using var host = await StartAsync();
        await DriveUntilAsync(host, view => view.TryGetProperty("last", out _));
        await host.StopAsync();
        File.Delete(_folder.File("list.json"));
        await host.StartAgainAsync();

        (await ScheduleOf(host)).GetProperty("last").GetProperty("result").GetString().ShouldBe("started");
        using var answer = await RunNowAsync(host);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonOf(answer)).GetProperty("result").GetString().ShouldBe("already_there");
        (await ScheduleOf(host)).GetProperty("last").GetProperty("result").GetString().ShouldBe("started");
        (await host.GetJsonAsync("/api/runs")).GetProperty("runs").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Run_AskedForByHand_IsTodaysInTheZone()
    {
        await using var host = await StartAsync();

        using var first = await RunNowAsync(host);
        using var second = await RunNowAsync(host);

        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        first.Headers.Location!.ToString().ShouldBe("/api/runs/etl-2025-06-02");
        var start = await JsonOf(first);
        start.GetProperty("run_id").GetString().ShouldBe("etl-2025-06-02", "it is the next day in Berlin");
        start.GetProperty("result").GetString().ShouldBe("started");
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetJsonAsync("/api/runs/etl-2025-06-02")).GetProperty("trigger").GetString().ShouldBe("manual");
        (await ScheduleOf(host)).GetProperty("last").TryGetProperty("scheduled_for", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_AskedForAtOnceByMany_IsStartedOnce()
    {
        await using var host = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RunNowAsync(host)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(19);
        foreach (var answer in answers) answer.Dispose();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.BadGateway, "source-unavailable", "There is no file")]
    [InlineData("[]", HttpStatusCode.BadGateway, "source-unavailable", "has no flashpoint in it")]
    [InlineData("[{}]", HttpStatusCode.UnprocessableEntity, "invalid-flashpoints", "Entry 1 (index 0, line 1) has no \"id\"")]
    public async Task Run_OverABadSource_IsAProblem(string? list, HttpStatusCode status, string type, string detail)
    {
        await using var host = await StartAsync();
        if (list is null) File.Delete(_folder.File("list.json"));
        else await File.WriteAllTextAsync(_folder.File("list.json"), list);

        using var answer = await RunNowAsync(host);

        answer.StatusCode.ShouldBe(status);
        var problem = await JsonOf(answer);
        problem.GetProperty("type").GetString().ShouldBe($"urn:fanout:problem:{type}");
        problem.GetProperty("detail").GetString()!.ShouldContain(detail);
        (await host.GetJsonAsync("/api/runs")).GetProperty("runs").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Schedule_WithoutASource_SaysWhyThereIsNone()
    {
        await using var host = await HostHarness.StartAsync(new HostHarnessOptions { Clock = _clock });

        var schedule = await host.GetJsonAsync("/api/schedule");
        using var answer = await RunNowAsync(host);

        schedule.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        schedule.GetProperty("reason").GetString().ShouldBe("There are no timed runs: FLASHPOINT_SOURCE is not set.");
        schedule.TryGetProperty("next", out _).ShouldBeFalse();
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        host.Log.Lines.ShouldContain("Information: There are no timed runs: FLASHPOINT_SOURCE is not set.");
    }

    [Fact]
    public async Task Password_OfTheSource_IsShownNowhere()
    {
        var settings = new FanOutSettings
        {
            FlashpointSource = new Secret("postgresql://etl:planted-password@127.0.0.1:1/flash"),
            FlashpointQuery = "SELECT 1 AS id",
        };
        await using var host = await StartAsync(settings);

        using var answer = await RunNowAsync(host);
        var schedule = await DriveUntilAsync(host, view => view.TryGetProperty("pending", out var pending)
            && pending.TryGetProperty("error", out _));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        schedule.GetProperty("source").GetString().ShouldBe("The query at postgresql://127.0.0.1:1/flash");
        var shown = string.Join('\n', [await answer.Content.ReadAsStringAsync(), schedule.GetRawText(), .. host.Log.Lines]);
        shown.ShouldContain("cannot be read: Failed to connect");
        shown.ShouldNotContain("planted");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<JsonElement> ScheduleOf(HostHarness host) => host.GetJsonAsync("/api/schedule");

    private static Task<HttpResponseMessage> RunNowAsync(HostHarness host) =>
        host.Http.PostAsync(new Uri("/api/schedule/run", UriKind.Relative), content: null);

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

    /// <summary>Lets time pass by seconds until the schedule is as it should be.</summary>
    private async Task<JsonElement> DriveUntilAsync(HostHarness host, Func<JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(HostHarness.Patience);
        while (true)
        {
            var schedule = await ScheduleOf(host);
            if (isSo(schedule)) return schedule;
            patience.Token.IsCancellationRequested.ShouldBeFalse($"the schedule is still {schedule}");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<HostHarness> StartAsync(FanOutSettings? settings = null)
    {
        await File.WriteAllTextAsync(_folder.File("list.json"), """[{"id":"a"},{"id":"b"}]""");
        settings ??= new FanOutSettings { FlashpointSource = new Secret(_folder.File("list.json")) };
        var host = await HostHarness.StartAsync(new HostHarnessOptions
        {
            Settings = settings with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") },
            Clock = _clock,
        });
        await FirstLookAsync(host);
        return host;
    }

    /// <summary>Only then is it no fresh installation any more.</summary>
    private static async Task FirstLookAsync(HostHarness host)
    {
        using var patience = new CancellationTokenSource(HostHarness.Patience);
        while (true)
        {
            await using var state = await host.Objects.OpenReadAsync("schedule/state.json", patience.Token);
            if (state is not null) return;
            await ScheduleOf(host);
        }
    }
}
