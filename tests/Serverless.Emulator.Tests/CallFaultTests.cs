using System.Net;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class CallFaultTests
{
    [Theory]
    [InlineData("http_401", HttpStatusCode.Unauthorized, "missing or invalid api key")]
    [InlineData("http_402", HttpStatusCode.PaymentRequired, "insufficient balance")]
    [InlineData("http_403", HttpStatusCode.Forbidden, "the api key does not allow this")]
    public async Task Account_InTheWay_IsAProblemAndNothingIsDone(string kind, HttpStatusCode code, string detail)
    {
        var faults = FaultPlan.Parse($$"""{"faults":[{"kind":"{{kind}}","operation":"run","times":1}]}""");
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, new EmulatorOptions { Faults = faults });

        (await pod.PostAsync("run", """{"input":{"a":1}}""")).ShouldBeProblem(code, detail);

        pod.Statistics.JobsSubmitted.ShouldBe(0);
        (await pod.EndAsync(await pod.RunAsync())).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task Status429_Strikes_AnswersWithRetryAfter()
    {
        await using var pod = await StartAsync("""{"kind":"status_429","operation":"health","retry_after_s":2}""");

        var answer = await pod.GetAsync("health");

        answer.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.RetryAfter.ShouldBe(TimeSpan.FromSeconds(2));
        (await pod.PostAsync("purge-queue")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Http500_Strikes_AnswersProblem()
    {
        await using var pod = await StartAsync("""{"kind":"http_500","operation":"*"}""");

        (await pod.GetAsync("health")).ShouldBeProblem(HttpStatusCode.InternalServerError, "unexpected error");
        (await pod.PostAsync("run", "{}")).ShouldBe(HttpStatusCode.InternalServerError);
        pod.Statistics.JobsSubmitted.ShouldBe(0);
    }

    [Theory]
    [InlineData("http_502_html", HttpStatusCode.BadGateway)]
    [InlineData("http_503_html", HttpStatusCode.ServiceUnavailable)]
    public async Task EdgeError_Strikes_AnswersHtml(string kind, HttpStatusCode code)
    {
        await using var pod = await StartAsync($$"""{"kind":"{{kind}}"}""");

        var answer = await pod.GetAsync("health");

        answer.ShouldBe(code);
        answer.ContentType.ShouldBe("text/html");
        answer.Text.ShouldContain("<html>");
    }

    [Fact]
    public async Task LostAnswer_StrikesRun_TakesTheJobAndBreaksTheConnection()
    {
        await using var pod = await StartAsync("""{"kind":"lost_answer","operation":"run","times":1}""");

        await Should.ThrowAsync<HttpRequestException>(() => pod.RunAsync());
        var second = await pod.RunAsync();

        pod.Statistics.Submissions.Count.ShouldBe(2);
        pod.Statistics.Submissions[1].JobId.ShouldBe(second);
        (await pod.EndAsync(pod.Statistics.Submissions[0].JobId)).Status.ShouldBe("COMPLETED");
        pod.Statistics.Calls("run", 0).ShouldBe(1);
        pod.Statistics.Calls("run", 200).ShouldBe(1);
    }

    [Fact]
    public async Task ConnectionReset_StrikesRun_TakesNothing()
    {
        await using var pod = await StartAsync("""{"kind":"connection_reset","operation":"run"}""");

        await Should.ThrowAsync<HttpRequestException>(() => pod.RunAsync());

        pod.Statistics.JobsSubmitted.ShouldBe(0);
        pod.Statistics.Faults("connection_reset").ShouldBe(1);
    }

    [Fact]
    public async Task Slow_Strikes_AnswersLater()
    {
        await using var pod = await StartAsync("""{"kind":"slow","operation":"health","delay_s":2}""");
        var due = pod.Clock.GetUtcNow().AddSeconds(2);

        var call = pod.GetAsync("health");
        await pod.Clock.WhenTimerDueBy(due);
        pod.Clock.AdvanceTo(due.AddMilliseconds(-1));
        call.IsCompleted.ShouldBeFalse();
        pod.Clock.AdvanceTo(due);

        (await call).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Rate_Given_IsKeptAndRepeatsWithTheSeed()
    {
        var first = await CodesAsync(seed: 1);
        var second = await CodesAsync(seed: 1);
        var other = await CodesAsync(seed: 2);

        first.Count(code => code == HttpStatusCode.InternalServerError).ShouldBeInRange(50, 150);
        second.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public async Task Times_Given_StrikesNoOftener()
    {
        await using var pod = await StartAsync("""{"kind":"http_500","times":2}""");

        for (var i = 0; i < 5; i++) await pod.GetAsync("health");

        pod.Statistics.Calls("health", 500).ShouldBe(2);
        pod.Statistics.Calls("health", 200).ShouldBe(3);
        pod.Statistics.Calls("health").ShouldBe(5);
        pod.Statistics.Faults().ShouldBe(2);
    }

    private static async Task<List<HttpStatusCode>> CodesAsync(int seed)
    {
        await using var pod = await StartAsync("""{"kind":"http_500","operation":"health","rate":0.2}""", seed);
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 500; i++) codes.Add((await pod.GetAsync("health")).Code);
        return codes;
    }

    private static Task<TestEmulator> StartAsync(string fault, int seed = 1)
    {
        var faults = FaultPlan.Parse($$"""{"seed":{{seed}},"faults":[{{fault}}]}""");
        return TestEmulator.StartAsync(TestHandler.Echo, new EmulatorOptions { Faults = faults });
    }
}
