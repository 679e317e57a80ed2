using System.Net;
using Serverless.Durable;

namespace Serverless.Host.Tests.Management;

/// <summary>Events, suspension, and starting over.</summary>
public sealed class SteeringTests
{
    [Fact]
    public async Task RaiseEvent_WithAnyJson_ReachesTheOrchestratorAsItIs()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "me");

        using var answer = await host.PostAsync("/instances/me/raiseEvent/go?taskHub=x", """{"a":{"b":[null,1.50,"ü"]}}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await host.Host.EndOfAsync("me")).SerializedOutput.ShouldBe("""{"a":{"b":[null,1.50,"ü"]}}""");
    }

    [Theory]
    [InlineData("[1", "application/json", 400, "invalid-json")]
    [InlineData("", "application/json", 400, "invalid-json")]
    [InlineData("{}", "text/plain", 400, "invalid-request")]
    [InlineData("large", "application/json", 413, "body-too-large")]
    public async Task RaiseEvent_WithABadBody_IsRefusedAndChangesNothing(string body, string type, int code, string problem)
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "me");
        if (body == "large") body = $"\"{new string('x', 1024 * 1024)}\"";

        using var answer = await host.PostAsync("/instances/me/raiseEvent/go", body, type);

        await answer.ProblemAsync((HttpStatusCode)code, problem);
        (await host.Client.GetOrchestrationHistoryAsync("me")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task RaiseEvent_WithANameTooLong_NamesTheField()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "me");

        using var answer = await host.PostAsync($"/instances/me/raiseEvent/{new string('x', 201)}", "{}");

        (await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request")).ShouldStartWith("eventName has 201 characters; ");
    }

    [Fact]
    public async Task Suspend_ThenResume_HoldsEventsBackUntilThen()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "me");

        using var suspended = await host.PostAsync("/instances/me/suspend?reason=lunch");
        using var raised = await host.PostAsync("/instances/me/raiseEvent/go", "1");
        (await host.Client.GetInstanceAsync("me"))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Suspended);
        using var resumed = await host.PostAsync("/instances/me/resume?reason=back");

        (await host.Host.EndOfAsync("me")).SerializedOutput.ShouldBe("1");
        (await host.Client.GetOrchestrationHistoryAsync("me")).Select(e => e.Reason).OfType<string>().ShouldBe(["lunch", "back"]);
    }

    [Fact]
    public async Task Terminate_OfAnyInstance_HasTheReasonAsOutputAndEndsChildren()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Parent", "me");

        using var answer = await host.PostAsync("/instances/me/terminate?reason=no%20more");

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await host.Host.EndOfAsync("me")).SerializedOutput.ShouldBe("\"no more\"");
        (await host.Host.EndOfAsync("me-child")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task Start_OfAnOrchestrator_AnswersWithWorkingLinks()
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.PostAsync("/orchestrators/Wait/my%20id:1?code=secret", "{\"n\":1}");
        var links = await answer.JsonAsync(HttpStatusCode.Accepted);

        links.EnumerateObject().Select(link => link.Name).ShouldBe(
        [
            "id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "rewindPostUri", "purgeHistoryDeleteUri",
            "restartPostUri", "suspendPostUri", "resumePostUri",
        ]);
        links.Text("id").ShouldBe("my id:1");
        answer.Headers.Location!.OriginalString.ShouldBe(links.Text("statusQueryGetUri"));
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        links.Text("terminatePostUri").ShouldEndWith("/instances/my%20id%3A1/terminate?reason={text}");
        links.ToString().ShouldNotContain("secret");

        using var raised = await host.Host.Http.PostAsync(
            new Uri(links.Text("sendEventPostUri").Replace("{eventName}", "go", StringComparison.Ordinal)),
            new StringContent("2", System.Text.Encoding.UTF8, "application/json"));
        raised.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await host.Host.EndOfAsync("my id:1");
        (await host.Host.GetJsonAsync(links.Text("statusQueryGetUri"))).Text("output").ShouldBe("2");
    }

    [Theory]
    [InlineData("Echo", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("Echo", null, "null")]
    public async Task Start_AndWait_AnswersWithTheOutput(string name, string? input, string output)
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.PostAsync($"/orchestrators/{name}?timeout=600&pollingInterval=1", input);

        (await answer.JsonAsync(HttpStatusCode.OK)).GetRawText().ShouldBe(output);
    }

    [Fact]
    public async Task Start_AndWaitForAFailure_AnswersWithTheStatus()
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.PostAsync("/orchestrators/Fail?timeout=600");

        (await answer.JsonAsync(HttpStatusCode.OK)).Text("runtimeStatus").ShouldBe("Failed");
    }

    [Fact]
    public async Task Start_AndWaitInVain_AnswersWithLinks()
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.PostAsync("/orchestrators/Wait/me?timeout=0.01&pollingInterval=0.01");

        (await answer.JsonAsync(HttpStatusCode.Accepted)).Text("id").ShouldBe("me");
    }

    [Theory]
    [InlineData("/orchestrators/Nobody", null, 400, "invalid-request")]
    [InlineData("/orchestrators/FanOutOrchestrator/run-9", "{}", 400, "invalid-request")]
    [InlineData("/orchestrators/ChunkOrchestrator", "{}", 400, "invalid-request")]
    [InlineData("/orchestrators/Wait/me", "{", 400, "invalid-json")]
    [InlineData("/orchestrators/Wait/me?timeout=-1", null, 400, "invalid-request")]
    [InlineData("/orchestrators/Wait/me?timeout=601", null, 400, "invalid-request")]
    [InlineData("/orchestrators/Wait/me?timeout=NaN", null, 400, "invalid-request")]
    [InlineData("/orchestrators/Wait/me?timeout=1&pollingInterval=2", null, 400, "invalid-request")]
    [InlineData("/orchestrators/Wait/a%5Cb", null, 400, "invalid-request")]
    [InlineData("/orchestrators/Wait/there", null, 409, "conflict")]
    public async Task Start_OfWhatCannotBeStarted_IsRefusedAndStartsNothing(string path, string? body, int code, string problem)
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "there");

        using var answer = await host.PostAsync(path, body);

        await answer.ProblemAsync((HttpStatusCode)code, problem);
        (await host.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Restart_WithoutChoice_GivesANewId()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Echo", "me", "again");
        await host.Host.EndOfAsync("me");

        using var answer = await host.PostAsync("/instances/me/restart");
        var id = (await answer.JsonAsync(HttpStatusCode.Accepted)).Text("id");

        id.ShouldNotBe("me");
        (await host.Host.EndOfAsync(id)).SerializedOutput.ShouldBe("\"again\"");
    }

    [Fact]
    public async Task Restart_OfAChildThatIsWaitedFor_KeepsItsId()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Parent", "me");

        using var answer = await host.PostAsync("/instances/me-child/restart?restartWithNewInstanceId=false");

        (await answer.ProblemAsync(HttpStatusCode.Conflict, "conflict")).ShouldStartWith("'me' waits for 'me-child'");
    }

    [Theory]
    [InlineData("GET", "/entities", 501, "not-supported")]
    [InlineData("POST", "/entities/Counter/1?op=add", 501, "not-supported")]
    [InlineData("POST", "/makeprimary", 501, "not-supported")]
    [InlineData("PUT", "/instances/me", 404, "not-found")]
    [InlineData("POST", "/instances/me/explode", 404, "not-found")]
    [InlineData("GET", "/", 404, "not-found")]
    public async Task Call_ThatIsNotHere_IsAProblem(string method, string path, int code, string problem)
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.SendAsync(new HttpMethod(method), path);

        await answer.ProblemAsync((HttpStatusCode)code, problem);
    }
}
