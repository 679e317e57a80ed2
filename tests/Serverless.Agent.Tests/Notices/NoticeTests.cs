using Serverless.Agent.Notices;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Notices;

/// <summary>Against servers over real HTTP that behave as the providers document theirs; polling is driven.</summary>
public sealed class NoticeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualClock _clock = new();
    private readonly HttpClient _http = NoticeParts.CreateHttp();
    private readonly RecordedLog<NoticeTests> _log = new();
    private readonly CancellationTokenSource _end = new();

    private NoticeParts Parts => new(_http, _clock, _log);

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Aws_InstanceAction_IsSeenWithinFiveSecondsAndGivenOnce()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        await using var notices = await WatchAsync(SpotProvider.Aws, server);
        var first = notices.MoveNextAsync();
        await PolledAsync();
        server.InstanceAction = """{"action": "terminate", "time": "2025-09-18T08:22:00Z"}""";
        _clock.Advance(MetadataServer.PollInterval);

        (await first.AsTask().WaitAsync(Patience)).ShouldBeTrue();

        notices.Current.Kind.ShouldBe("aws-instance-action");
        notices.Current.Deadline.ShouldBe(new DateTimeOffset(2025, 9, 18, 8, 22, 0, TimeSpan.Zero));
        notices.Current.IsAdvice.ShouldBeFalse();
        notices.Current.Text.ShouldBe("AWS: terminate at 2025-09-18T08:22:00Z");
        var second = notices.MoveNextAsync();
        await PolledAsync();
        _clock.Advance(MetadataServer.PollInterval);
        await PolledAsync();
        second.IsCompleted.ShouldBeFalse();
        server.InstanceAction = """{"action": "stop", "time": "2025-09-18T08:25:00Z"}""";
        _clock.Advance(MetadataServer.PollInterval);
        (await second.AsTask().WaitAsync(Patience)).ShouldBeTrue();
    }

    [Fact]
    public async Task Aws_Rebalance_IsAdviceWithoutADeadline()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        server.Rebalance = """{"noticeTime": "2025-09-18T08:20:00Z"}""";
        await using var notices = await WatchAsync(SpotProvider.Aws, server);

        (await notices.MoveNextAsync().AsTask().WaitAsync(Patience)).ShouldBeTrue();

        notices.Current.Kind.ShouldBe("aws-rebalance");
        notices.Current.IsAdvice.ShouldBeTrue();
        notices.Current.Deadline.ShouldBeNull();
    }

    [Fact]
    public async Task Aws_TokenThatRanOut_IsFetchedAnew()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        await using var notices = await WatchAsync(SpotProvider.Aws, server);
        var next = notices.MoveNextAsync();
        await PolledAsync();
        server.ForgetTokens();
        server.InstanceAction = """{"action": "terminate", "time": "2025-09-18T08:22:00Z"}""";
        _clock.Advance(MetadataServer.PollInterval);

        (await next.AsTask().WaitAsync(Patience)).ShouldBeTrue();

        server.Calls.Count(call => call == "PUT /latest/api/token").ShouldBe(2);
    }

    [Fact]
    public async Task Aws_ActionThatCannotBeRead_CountsAsTwoMinutes()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        server.InstanceAction = "terminate";
        await using var notices = await WatchAsync(SpotProvider.Aws, server);

        await notices.MoveNextAsync().AsTask().WaitAsync(Patience);

        notices.Current.Deadline.ShouldBe(_clock.GetUtcNow() + TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Google_Preempted_EndsTheWaitingCallAtOnce()
    {
        await using var server = await FakeMetadata.StartAsync("google");
        await using var notices = await WatchAsync(SpotProvider.Google, server);
        var first = notices.MoveNextAsync();
        await server.WhenCalled("wait_for_change=true").WaitAsync(Patience);
        server.Preempt();

        (await first.AsTask().WaitAsync(Patience)).ShouldBeTrue();

        notices.Current.Kind.ShouldBe("google-preempted");
        notices.Current.Deadline.ShouldBe(_clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        server.Calls[^1].ShouldBe(
            "GET /computeMetadata/v1/instance/preempted?wait_for_change=true&timeout_sec=60&last_etag=abcd1234");
    }

    [Fact]
    public async Task Azure_PreemptOfThisMachine_IsGivenAndOthersAreNot()
    {
        await using var server = await FakeMetadata.StartAsync("azure");
        server.Events = Events("trainer-8", "A");
        await using var notices = await WatchAsync(SpotProvider.Azure, server);
        var first = notices.MoveNextAsync();
        await PolledAsync();
        first.IsCompleted.ShouldBeFalse();
        server.Events = Events("trainer-7", "B");
        _clock.Advance(MetadataServer.PollInterval);

        (await first.AsTask().WaitAsync(Patience)).ShouldBeTrue();

        notices.Current.Kind.ShouldBe("azure-preempt");
        notices.Current.Deadline.ShouldBe(new DateTimeOffset(2025, 9, 19, 18, 29, 47, TimeSpan.Zero));
        server.Calls.ShouldContain("GET /metadata/scheduledevents?api-version=2020-07-01");
        server.Acknowledged.ShouldBeEmpty();
    }

    [Fact]
    public async Task Azure_Acknowledge_StartsTheEvent()
    {
        await using var server = await FakeMetadata.StartAsync("azure");
        server.Events = Events("TRAINER-7", "C7061BAC-AFDC-4513-B24B-AA5F13A16123");
        var (_, source) = await NoticeSources.FindAsync(SpotProvider.Azure, server.Address, Parts, default);
        await using var notices = source!.WatchAsync(_end.Token).GetAsyncEnumerator();
        await notices.MoveNextAsync().AsTask().WaitAsync(Patience);

        await source.AcknowledgeAsync(notices.Current, default);

        server.Acknowledged.ShouldBe(["""{"StartRequests":[{"EventId":"C7061BAC-AFDC-4513-B24B-AA5F13A16123"}]}"""]);
    }

    [Fact]
    public async Task Server_ThatFails_IsAskedAgainAndComplainedAboutOnce()
    {
        await using var server = await FakeMetadata.StartAsync("azure");
        server.IsBroken = true;
        await using var notices = await WatchAsync(SpotProvider.Azure, server);
        var first = notices.MoveNextAsync();
        for (var i = 0; i < 3; i++)
        {
            await PolledAsync();
            _clock.Advance(MetadataServer.PollInterval);
        }

        await PolledAsync();
        server.IsBroken = false;
        server.Events = Events("trainer-7", "D");
        _clock.Advance(MetadataServer.PollInterval);

        (await first.AsTask().WaitAsync(Patience)).ShouldBeTrue();
        _log.Lines.Count(line => line.Contains("fails: HTTP 500")).ShouldBe(1);
        _log.Lines.Count(line => line.Contains("answers again")).ShouldBe(1);
    }

    [Theory]
    [InlineData("aws", SpotProvider.Aws)]
    [InlineData("google", SpotProvider.Google)]
    [InlineData("azure", SpotProvider.Azure)]
    [InlineData("", SpotProvider.None)]
    public async Task Provider_NotNamed_IsFoundOut(string provider, SpotProvider expected)
    {
        await using var server = await FakeMetadata.StartAsync(provider);

        var (found, source) = await NoticeSources.FindAsync(SpotProvider.Auto, server.Address, Parts, default);

        found.ShouldBe(expected);
        (source is null).ShouldBe(expected == SpotProvider.None);
    }

    private async Task<IAsyncEnumerator<SpotNotice>> WatchAsync(SpotProvider provider, FakeMetadata server)
    {
        var (_, source) = await NoticeSources.FindAsync(provider, server.Address, Parts, default);
        return source!.WatchAsync(_end.Token).GetAsyncEnumerator();
    }

    /// <summary>Completes once it was asked and waits to be asked again.</summary>
    private Task PolledAsync() => _clock.WhenTimerDueBy(_clock.GetUtcNow() + MetadataServer.PollInterval).WaitAsync(Patience);

    private static string Events(string machine, string id) => $$"""
        {"DocumentIncarnation":2,"Events":[
          {"EventId":"other","EventType":"Reboot","ResourceType":"VirtualMachine","Resources":["trainer-7"],"EventStatus":"Scheduled",
           "NotBefore":"Fri, 19 Sep 2025 10:00:00 GMT"},
          {"EventId":"{{id}}","EventType":"Preempt","ResourceType":"VirtualMachine","Resources":["{{machine}}"],
           "EventStatus":"Scheduled","NotBefore":"Fri, 19 Sep 2025 18:29:47 GMT","Description":"","EventSource":"Platform"}]}
        """;
}
