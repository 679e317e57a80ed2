using System.Net;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.Host.Webhooks;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Webhooks;

/// <summary>Reports of ended jobs, on a clock that stands still: whatever goes on here goes on because of them.</summary>
public sealed class WebhookTests
{
    private static readonly FanOutSettings Public = new()
    {
        PublicUrl = new Uri("https://fanout.example.org"),
        RunPodApiKey = new Secret("rpa_test"),
    };

    public static TheoryData<string> Bodies => new(
        """{"id":"job-1","status":"COMPLETED","delayTime":10,"executionTime":20,"output":{"results":[{"id":"x"}]},"input":{"a":1}}""",
        """{"id":"job-1","status":"FAILED","error":"handler: out of memory","executionTime":20}""",
        """{"id":"job-1","status":"TIMED_OUT","error":"job timed out"}""",
        """{"id":"job-1","status":"CANCELLED"}""",
        """{"id":"job-1","status":"IN_PROGRESS"}""",
        """{"id":"job-1","status":"IN_QUEUE"}""",
        """{"id":"job-1","status":"A_NEW_ONE","more":[[[]]]}""",
        """{"id":7,"status":"COMPLETED"}""",
        """{"id":null}""",
        "{}",
        "[]",
        "\"COMPLETED\"",
        "<html>bad gateway</html>",
        "{\"id\":\"\\ud800\"}",
        "{\"id\":",
        "");

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Webhook_OfWhateverBody_WakesItsAttemptAtOnce(string body)
    {
        await using var host = await HeldAsync();

        var answer = await PostAsync(host, new WebhookTarget("hooked", 0, 1), body);

        answer.With(HttpStatusCode.OK);
        await host.EndOfAsync("hooked");
        (await host.GetAsync("/api/runs/hooked/results")).Json[0].GetProperty("value").GetString().ShouldBe("done");
        host.Backend.Checks.ShouldAllBe(job => job == "job-1");
    }

    [Fact]
    public async Task Webhook_SentAgainAndAfterTheEnd_IsTakenAndChangesNothing()
    {
        await using var host = await HeldAsync();
        var target = new WebhookTarget("hooked", 0, 1);
        const string Body = """{"id":"job-1","status":"COMPLETED"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(host, target, Body)));
        await host.EndOfAsync("hooked");
        var ended = StateSnapshot.Take(host.Folder);
        var late = await PostAsync(host, target, Body);

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        late.With(HttpStatusCode.OK);
        StateSnapshot.Take(host.Folder).ShouldBe(ended);
        host.Backend.Submissions.Count.ShouldBe(1);
    }

    /// <summary>The body says that it has completed. Only RunPod's own answer counts.</summary>
    [Fact]
    public async Task Webhook_ThatSaysOtherwiseThanTheJob_IsNotBelieved()
    {
        var looked = 0;
        await using var host = await HeldAsync(JobScript.Of(job =>
        {
            Interlocked.Increment(ref looked);
            return Look.Running(job);
        }));

        // It looks a second time only when it has made up its mind about the first look.
        for (var times = 1; times <= 2; times++)
        {
            (await PostAsync(host, new WebhookTarget("hooked", 0, 1), """{"id":"job-1","status":"COMPLETED","output":["forged"]}"""))
                .With(HttpStatusCode.OK);
            await Calls.UntilAsync(() => Task.FromResult(Volatile.Read(ref looked)), count => count == times);
        }

        (await host.GetAsync("/api/runs/hooked")).Json.GetProperty("done").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("other-run", 0, 1)]
    [InlineData("hooked", 7, 1)]
    public async Task Webhook_ForWhatIsNotThere_IsNotFoundAndLogged(string run, int chunk, int attempt)
    {
        await using var host = await HeldAsync();
        var before = StateSnapshot.Take(host.Folder);

        var answer = await PostAsync(host, new WebhookTarget(run, chunk, attempt), """{"id":"job-9"}""");

        answer.Problem.ShouldBe("not-found");
        answer.Field.ShouldBe("token");
        host.Log.Lines.ShouldContain(
            $"Warning: Run {run} chunk {chunk} attempt {attempt}: a webhook came for job job-9, which nobody waits for");
        StateSnapshot.Take(host.Folder).ShouldBe(before);
    }

    [Fact]
    public async Task Webhook_OfAnEarlierAttempt_IsNotFoundAndLogged()
    {
        await using var host = await HeldAsync();
        host.Backend.Script = _ => JobScript.Of(Look.Completed);
        await FailFirstAttemptAsync(host);

        var answer = await PostAsync(host, new WebhookTarget("failing", 0, 1), """{"id":"job-2"}""");

        answer.Problem.ShouldBe("not-found");
        host.Log.Lines.ShouldContain("Warning: Run failing chunk 0 attempt 1: a webhook came for job job-2, which nobody waits for");
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAGhvb2tlZDowOjE")]
    [InlineData("forged")]
    [InlineData("..%2f..%2fhealth")]
    public async Task Webhook_WithAForgedToken_IsNotFoundAndLoggedWithoutIt(string token)
    {
        await using var host = await HeldAsync();
        var before = StateSnapshot.Take(host.Folder);

        var answer = await host.PostAsync($"/api/runpod/webhook/{token}", """{"id":"job-1","status":"COMPLETED"}""");

        answer.Problem.ShouldBe("not-found");
        host.Log.Lines.ShouldContain("Warning: A webhook from 127.0.0.1 had a token that is none of ours");
        host.Log.Lines.ShouldAllBe(line => !line.Contains(token, StringComparison.Ordinal));
        StateSnapshot.Take(host.Folder).ShouldBe(before);
    }

    [Fact]
    public async Task Job_WithAPublicUrl_IsToldWhereToReport()
    {
        await using var host = await HeldAsync();

        var webhook = host.Backend.Submissions[0].Request.Webhook!;

        webhook.AbsoluteUri.ShouldStartWith("https://fanout.example.org/api/runpod/webhook/");
        (await host.PostAsync(webhook.AbsolutePath, """{"id":"job-1"}""")).With(HttpStatusCode.OK);
        await host.EndOfAsync("hooked");
    }

    [Fact]
    public async Task Job_WithoutAPublicUrl_IsNotToldToReport()
    {
        await using var host = await HostHarness.StartAsync();
        await host.StartAsync("polled");

        await host.EndOfAsync("polled");

        host.Backend.Submissions.ShouldAllBe(job => job.Request.Webhook == null);
    }

    /// <summary>A run of one chunk whose job was submitted, and is not looked at again for an hour.</summary>
    private static async Task<HostHarness> HeldAsync(JobScript? script = null)
    {
        var host = await HostHarness.StartAsync(new()
        {
            Settings = Public,
            Clock = new ManualClock(),
            PollInterval = TimeSpan.FromHours(1),
            Script = _ => script ?? JobScript.Of(Look.Completed),
        });
        await host.StartAsync("hooked");
        await HasAttemptAsync(host, "hooked", 1);
        return host;
    }

    private static async Task FailFirstAttemptAsync(HostHarness host)
    {
        host.Backend.Script = _ => JobScript.Of(Look.Failed("no GPU"));
        await host.StartAsync("failing");
        await HasAttemptAsync(host, "failing", 1);
        (await PostAsync(host, new WebhookTarget("failing", 0, 1), "{}")).With(HttpStatusCode.OK);
        var clock = (ManualClock)host.Parts.Time;
        await Calls.UntilAsync(
            async () => (await host.GetAsync("/api/runs/failing")).Json.GetProperty("chunks")[0],
            chunk => chunk.GetProperty("state").GetString() == "retrying");

        // It is seen to wait before its timer is set: time goes on until the timer has fired.
        await HasAttemptAsync(host, "failing", 2, () => clock.Advance(TimeSpan.FromHours(1)));
    }

    private static async Task HasAttemptAsync(HostHarness host, string run, int count, Action? beforeEachLook = null) =>
        await Calls.UntilAsync(
            async () =>
            {
                beforeEachLook?.Invoke();
                return (await host.GetAsync($"/api/runs/{run}")).Json.GetProperty("chunks");
            },
            chunks => chunks.GetArrayLength() > 0 && chunks[0].GetProperty("attempts").GetArrayLength() == count);

    private static Task<Answer> PostAsync(HostHarness host, WebhookTarget target, string body) =>
        host.PostAsync($"/api/runpod/webhook/{host.Parts.Webhooks.Create(target)}", body);
}
