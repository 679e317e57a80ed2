using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Serverless.Host.Tests.Management;

/// <summary>Looking at instances.</summary>
public sealed partial class StatusTests
{
    [Fact]
    public async Task Status_OfACompletedInstance_HasTheExtensionsFieldsInItsOrder()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Echo", "me", Json("""{"a":[1,2]}"""));
        await host.Host.EndOfAsync("me");

        using var answer = await host.GetAsync("/instances/me");
        var status = await answer.JsonAsync(HttpStatusCode.OK);

        status.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"]);
        (status.Text("name"), status.Text("instanceId"), status.Text("runtimeStatus")).ShouldBe(("Echo", "me", "Completed"));
        (status.Text("input"), status.Text("output")).ShouldBe(("""{"a":[1,2]}""", """{"a":[1,2]}"""));
        status.GetProperty("customStatus").ValueKind.ShouldBe(JsonValueKind.Null);
        status.Text("createdTime").ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
        answer.Headers.Location.ShouldBeNull();
    }

    [Fact]
    public async Task Status_OfOneThatGoesOn_SaysWhereAndWhenToLookAndKeepsTheKeyToItself()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "me");

        using var answer = await host.GetAsync("/instances/me?taskHub=hub&connection=Storage&code=secret&showHistory=true");

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        answer.Headers.Location!.PathAndQuery.ShouldBe(
            "/runtime/webhooks/durabletask/instances/me?taskHub=hub&connection=Storage&showHistory=true");
    }

    [Fact]
    public async Task Status_WithoutInput_HasNone()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Wait", "me", "secret");

        using var answer = await host.GetAsync("/instances/me?showInput=false&showHistory=true");

        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("secret");
    }

    [Fact]
    public async Task Status_OfAFailedInstance_SaysWhatWentWrong()
    {
        await using var host = await ManagementHarness.StartAsync();
        var id = await host.InStateAsync("Failed");

        using var answer = await host.GetAsync($"/instances/{id}");

        (await answer.JsonAsync(HttpStatusCode.OK)).Text("output").ShouldBe("System.ArgumentException: too small");
    }

    [Fact]
    public async Task History_OfAnActivity_IsFoldedIntoItsOutcome()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Call", "me", Json("""{"n":1}"""));
        await host.Host.EndOfAsync("me");

        var with = await HistoryAsync(host, "/instances/me?showHistory=true&showHistoryOutput=true");
        var without = await HistoryAsync(host, "/instances/me?showHistory=true&showInput=false");

        Times().Replace(with.GetRawText(), "T").ShouldBe(
            """
            [{"EventType":"ExecutionStarted","FunctionName":"Call","Input":"{\u0022n\u0022:1}","Timestamp":"T"},
            {"EventType":"TaskCompleted","ScheduledTime":"T","FunctionName":"Same",
            "Input":"{\u0022n\u0022:1}","Result":{"n":1},"Timestamp":"T"},
            {"EventType":"ExecutionCompleted","OrchestrationStatus":"Completed","Result":{"n":1},"Timestamp":"T"}]
            """.ReplaceLineEndings(""));
        Times().Replace(without.GetRawText(), "T").ShouldBe(
            """
            [{"EventType":"ExecutionStarted","FunctionName":"Call","Timestamp":"T"},
            {"EventType":"TaskCompleted","ScheduledTime":"T","FunctionName":"Same","Timestamp":"T"},
            {"EventType":"ExecutionCompleted","OrchestrationStatus":"Completed","Timestamp":"T"}]
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task History_OfWhatIsStillOpen_ShowsThatItWasAskedFor()
    {
        await using var host = await ManagementHarness.StartAsync();
        await host.ScheduleAsync("Parent", "me");
        await host.Client.RaiseEventAsync("me", "noise", Json("[1]"));

        var history = await HistoryAsync(host, "/instances/me?showHistory=true");

        history.EnumerateArray().Select(e => e.Text("EventType"))
            .ShouldBe(["ExecutionStarted", "SubOrchestrationInstanceCreated", "EventRaised"]);
        (history[1].Text("Name"), history[1].Text("InstanceId")).ShouldBe(("Wait", "me-child"));
        (history[2].Text("Name"), history[2].Text("Input")).ShouldBe(("noise", "[1]"));
    }

    [Fact]
    public async Task History_OfAFailure_TellsItInFull()
    {
        await using var host = await ManagementHarness.StartAsync();
        var id = await host.InStateAsync("Failed");

        var end = (await HistoryAsync(host, $"/instances/{id}?showHistory=true"))[1];

        (end.Text("OrchestrationStatus"), end.Text("Reason")).ShouldBe(("Failed", "too small"));
        end.GetProperty("FailureDetails").Text("ErrorType").ShouldBe("System.ArgumentException");
    }

    [Fact]
    public async Task List_LongerThanAPage_GoesOnByToken()
    {
        await using var host = await ManagementHarness.StartAsync();
        for (var i = 0; i < 5; i++) await host.ScheduleAsync("Wait", $"a-{i}", "input");
        await host.ScheduleAsync("Wait", "b-0");
        var seen = new List<string>();
        string? token = null;
        do
        {
            using var page = await host.SendAsync(
                HttpMethod.Get,
                "/instances?top=2&instanceIdPrefix=a-&showInput=false",
                header: token is null ? null : ("x-ms-continuation-token", token));
            var instances = (await page.JsonAsync(HttpStatusCode.OK)).EnumerateArray().ToList();
            instances.Count.ShouldBeLessThanOrEqualTo(2);
            instances.ShouldAllBe(instance => instance.GetProperty("input").ValueKind == JsonValueKind.Null);
            seen.AddRange(instances.Select(instance => instance.Text("instanceId")));
            token = page.Headers.TryGetValues("x-ms-continuation-token", out var tokens) ? tokens.Single() : null;
        }
        while (token is not null);

        seen.ShouldBe(["a-0", "a-1", "a-2", "a-3", "a-4"]);
    }

    [Fact]
    public async Task List_ByStatusAndTime_HasOnlyThose()
    {
        await using var host = await ManagementHarness.StartAsync();
        var completed = await host.InStateAsync("Completed");
        var failed = await host.InStateAsync("Failed");
        await host.InStateAsync("Running");

        (await IdsAsync(host, "?runtimeStatus=Completed,failed")).ShouldBe([completed, failed]);
        (await IdsAsync(host, "?runtimeStatus=Completed&runtimeStatus=Canceled")).ShouldBe([completed]);
        (await IdsAsync(host, "?createdTimeFrom=2001-01-01T00:00:00Z&createdTimeTo=2001-01-02")).ShouldBeEmpty();
        (await IdsAsync(host, "?createdTimeFrom=2001-01-01")).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("/instances?top=0", "top", "\"top\" is \"0\"; allowed is a whole number from 1 to 1000.")]
    [InlineData("/instances?top=1001", "top", "\"top\" is \"1001\"; allowed is a whole number from 1 to 1000.")]
    [InlineData("/instances?runtimeStatus=Ended", "runtimeStatus", null)]
    [InlineData("/instances?runtimeStatus=1", "runtimeStatus", null)]
    [InlineData("/instances?createdTimeTo=yesterday", "createdTimeTo", null)]
    [InlineData("/instances/me?showInput=yes", "showInput", "\"showInput\" is \"yes\"; allowed is true or false.")]
    [InlineData("/instances/a%2Fb", "instanceId", null)]
    [InlineData("/instances/a%3Fb", "instanceId", null)]
    [InlineData("/instances/a%23b", "instanceId", null)]
    [InlineData("/instances/a%01b", "instanceId", null)]
    [InlineData("/instances/%20", "instanceId", null)]
    public async Task Look_WithABadParameter_NamesIt(string path, string field, string? detail)
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.GetAsync(path);

        var said = await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        said.TrimStart('"').ShouldStartWith(field);
        if (detail is not null) said.ShouldBe(detail);
    }

    [Fact]
    public async Task List_WithATokenOfNobodys_IsRefused()
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/instances", header: ("x-ms-continuation-token", "abc"));

        (await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request")).ShouldStartWith("x-ms-continuation-token");
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    private static async Task<JsonElement> HistoryAsync(ManagementHarness host, string path)
    {
        using var answer = await host.GetAsync(path);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("historyEvents");
    }

    private static async Task<List<string>> IdsAsync(ManagementHarness host, string query)
    {
        using var answer = await host.GetAsync("/instances" + query);
        return [.. (await answer.JsonAsync(HttpStatusCode.OK)).EnumerateArray().Select(instance => instance.Text("instanceId"))];
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z")]
    private static partial Regex Times();
}
