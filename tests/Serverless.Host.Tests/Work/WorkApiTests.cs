using System.Net;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.Protocol;

namespace Serverless.Host.Tests.Work;

public sealed class WorkApiTests
{
    private const string KeyOfA = "aaaaaaaaaaaaaaaaaaaa";
    private const string KeyOfB = "bbbbbbbbbbbbbbbbbbbb";
    private const string Known = """{"identity":{"pod":"p","session":"s"},"facts":{"state":"idle"}""";
    private const string ApiKey = "cccccccccccccccccccc";

    private static readonly HostHarnessOptions WithPods = new() { Pods = true };

    private static readonly HostHarnessOptions WithKeys = new()
    {
        Pods = true,
        Settings = new FanOutSettings { PodKeys = new Secret($"a={KeyOfA},b={KeyOfB}"), ApiKey = new Secret(ApiKey) },
    };

    [Theory]
    [InlineData(null)]
    [InlineData("2")]
    [InlineData("one")]
    public async Task Call_InAVersionTheHostDoesNotSpeak_SaysWhichItDoes(string? version)
    {
        await using var host = await HostHarness.StartAsync(WithPods);

        var answer = await new FakePod(host).PostAsync(WorkPaths.Lease, "{}", version);

        answer.With(HttpStatusCode.BadRequest).Problem.ShouldBe("unsupported-protocol");
        answer.Json.GetProperty("type").GetString().ShouldBe(WorkProblems.UnsupportedProtocol);
        answer.Json.GetProperty("spoken").GetString().ShouldBe("1");
        ProtocolVersion.Common(answer.Header(ProtocolVersion.Header)).ShouldBe(1);
    }

    [Theory]
    [InlineData("[]", "The body is a list; allowed is an object.")]
    [InlineData("null", "The body is null; allowed is an object.")]
    [InlineData("no", "The body is not JSON: ")]
    [InlineData("", "The body is not JSON: ")]
    public async Task Call_ThatIsNoObject_SaysWhatItIs(string body, string detail)
    {
        await using var host = await HostHarness.StartAsync(WithPods);

        var answer = await new FakePod(host).PostAsync(WorkPaths.Lease, body);

        answer.With(HttpStatusCode.BadRequest).Problem.ShouldBe("invalid-json");
        answer.Detail.ShouldStartWith(detail);
    }

    [Theory]
    [InlineData("{}", "\"identity\" is missing; allowed is an object.")]
    [InlineData("""{"identity":null}""", "\"identity\" is null; allowed is an object.")]
    [InlineData("""{"identity":{"pod":"p","session":5}}""", "\"identity.session\" is the number 5; allowed is a text.")]
    [InlineData(
        """{"identity":{"pod":"p","session":"s"},"facts":{"state":"lost"}}""",
        "\"facts.state\" is a text (\"lost\"); allowed is starting, idle, working, draining, stopping, unhealthy.")]
    [InlineData(Known + ""","jobs":{}}""", "\"jobs\" is an object; allowed is a list.")]
    [InlineData(Known + ""","jobs":[null]}""", "\"jobs[0]\" is null; allowed is an object.")]
    [InlineData(Known + ""","jobs":[{"lease":{"job":"j"}}]}""", "\"jobs[0].lease.token\" is missing; allowed is a whole number.")]
    [InlineData(
        Known + ""","jobs":[{"lease":{"job":"j","token":1.5}}]}""",
        "\"jobs[0].lease.token\" is the number 1.5; allowed is a whole number.")]
    [InlineData(
        Known + ""","notice":{"kind":"k","seconds_left":"x"}}""", "\"notice.seconds_left\" is a text (\"x\"); allowed is a number.")]
    [InlineData(Known + ""","notice":7}""", "\"notice\" is the number 7; allowed is an object.")]
    public async Task Call_OfAnotherForm_NamesFieldValueAndWhatIsAllowed(string body, string detail)
    {
        await using var host = await HostHarness.StartAsync(WithPods);

        var answer = await new FakePod(host).PostAsync(WorkPaths.Heartbeat, body);

        answer.With(HttpStatusCode.BadRequest).Problem.ShouldBe("invalid-request");
        answer.Detail.ShouldBe(detail);
        answer.Field.ShouldBe(detail.Split('"')[1]);
    }

    [Fact]
    public async Task Results_WithANullAmongThem_AreRefusedByItsPlace()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        const string Body = """
            {"identity":{"pod":"p","session":"s"},"lease":{"job":"j","token":1},"entries":[{"id":"a","value":null},null]}
            """;

        var answer = await new FakePod(host).PostAsync(WorkPaths.Results, Body);

        answer.With(HttpStatusCode.BadRequest).Detail.ShouldBe("\"entries[1]\" is null; allowed is an object.");
    }

    [Theory]
    [InlineData("identity.pod", """{"identity":{"pod":"a/b","session":"s"},"request_id":"r","facts":{"state":"idle"}}""")]
    [InlineData("identity.session", """{"identity":{"pod":"a","session":""},"request_id":"r","facts":{"state":"idle"}}""")]
    [InlineData("max_jobs", """{"identity":{"pod":"a","session":"s"},"request_id":"r","max_jobs":101,"facts":{"state":"idle"}}""")]
    [InlineData("wait_seconds", """{"identity":{"pod":"a","session":"s"},"request_id":"r","wait_seconds":61,"facts":{"state":"idle"}}""")]
    [InlineData("facts.gpu", """{"identity":{"pod":"a","session":"s"},"request_id":"r","facts":{"state":"idle","gpu":"x\ny"}}""")]
    public async Task Call_BeyondABound_NamesFieldAndWhatIsAllowed(string field, string body)
    {
        await using var host = await HostHarness.StartAsync(WithPods);

        var answer = await new FakePod(host).PostAsync(WorkPaths.Lease, body);

        answer.With(HttpStatusCode.BadRequest).Problem.ShouldBe("invalid-request");
        answer.Field.ShouldBe(field);
        answer.Detail.ShouldContain("allowed is");
    }

    [Fact]
    public async Task Call_UnderAnOldToken_IsRefusedByATypeOfItsOwn()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        var request = new CompleteRequest { Identity = new FakePod(host).Identity, Lease = new LeaseId("abc-123", 7) };

        var answer = await new FakePod(host).PostAsync(WorkPaths.Complete, request, WorkJson.Default.CompleteRequest);

        answer.With(HttpStatusCode.Conflict).Json.GetProperty("type").GetString().ShouldBe(WorkProblems.StaleToken);
        answer.Detail.ShouldBe("The lease 7 of job abc-123 is over: it was never lent.");
    }

    [Fact]
    public async Task Call_OfAnEarlierStart_IsRefusedByATypeOfItsOwn()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        var before = new FakePod(host, session: "before");
        await before.BeatAsync();
        await new FakePod(host, session: "after").BeatAsync();

        var answer = await before.PostAsync(WorkPaths.Lease, before.LeaseRequest(), WorkJson.Default.LeaseRequest);

        answer.With(HttpStatusCode.Conflict).Json.GetProperty("type").GetString().ShouldBe(WorkProblems.SessionReplaced);
    }

    [Fact]
    public async Task Keys_OfPods_LetPodsInAndNobodyElse()
    {
        await using var host = await HostHarness.StartAsync(WithKeys);

        await new FakePod(host, key: KeyOfA).BeatAsync();

        var lease = new FakePod(host).LeaseRequest();
        (await new FakePod(host).PostAsync(WorkPaths.Lease, lease, WorkJson.Default.LeaseRequest)).With(HttpStatusCode.Unauthorized);
        (await new FakePod(host, key: "ddddddddddddddddddddd").PostAsync(WorkPaths.Lease, lease, WorkJson.Default.LeaseRequest))
            .With(HttpStatusCode.Unauthorized);
        (await new FakePod(host, key: ApiKey).PostAsync(WorkPaths.Lease, lease, WorkJson.Default.LeaseRequest))
            .With(HttpStatusCode.Forbidden);
        (await host.GetAsync("/api/queue", ("x-functions-key", KeyOfA))).With(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/api/queue", ("x-functions-key", ApiKey))).With(HttpStatusCode.OK).Json
            .GetProperty("pods")[0].GetProperty("name").GetString().ShouldBe("a/p1");
    }

    [Fact]
    public async Task Job_OfOnePod_IsNotSeenByAnother()
    {
        await using var host = await HostHarness.StartAsync(WithKeys);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-1", count: 1), ("x-functions-key", ApiKey)))
            .With(HttpStatusCode.Accepted);
        var lease = await new FakePod(host, key: KeyOfA).TakeAsync();
        var other = new FakePod(host, key: KeyOfB);

        (await other.LeaseAsync()).Leases.ShouldBeEmpty();
        var request = new CompleteRequest { Identity = other.Identity, Lease = lease.Lease };
        (await other.PostAsync(WorkPaths.Complete, request, WorkJson.Default.CompleteRequest)).With(HttpStatusCode.Conflict)
            .Detail.ShouldEndWith("it was never lent.");
    }

    [Fact]
    public async Task Results_LargerThanABodyMayBe_AreRefusedWithTheReason()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        var request = new ResultsRequest
        {
            Identity = new FakePod(host).Identity,
            Lease = new LeaseId("abc-123", 7),
            Entries = [new ResultEntry("fp", FakePod.Raw($"\"{new string('x', WorkLimits.MaxEntryBytes)}\""))],
        };

        var answer = await new FakePod(host).PostAsync(WorkPaths.Results, request, WorkJson.Default.ResultsRequest);

        answer.With(HttpStatusCode.RequestEntityTooLarge).Field.ShouldBe("entries.value");
    }

    [Fact]
    public async Task Lease_WaitingWhileTheHostStops_EndsAtOnceAndSaysWhenToComeAgain()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        var waiting = new FakePod(host).LeaseAsync(wait: 60);
        await Calls.UntilAsync(() => host.Queue.LookAsync(CancellationToken.None), view => view.Pods.Count == 1);

        await host.StopAsync();

        var reply = await waiting.WaitAsync(HostHarness.Patience);
        reply.Leases.ShouldBeEmpty();
        reply.RetryAfterSeconds.ShouldBe(5);
    }

    [Fact]
    public async Task Host_WithoutAQueue_SaysSo()
    {
        await using var host = await HostHarness.StartAsync();
        var pod = new FakePod(host);

        (await pod.PostAsync(WorkPaths.Lease, pod.LeaseRequest(), WorkJson.Default.LeaseRequest))
            .With(HttpStatusCode.NotImplemented).Problem.ShouldBe("not-supported");
    }
}
