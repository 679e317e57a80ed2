using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class StatisticsPageTests
{
    [Fact]
    public async Task Statistics_AfterSomeCalls_CountsThem()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = await pod.RunAsync("""{"input":{"attempt_id":"r:1:1"}}""");
        await pod.EndAsync(id);
        for (var i = 0; i < 3; i++) await pod.PostAsync("purge-queue");

        var counts = await GetAsync(pod, "statistics", key: null);
        var worker = (await pod.StatusAsync(id))["workerId"].GetString();
        var jobs = (await GetAsync(pod, "submissions", key: null)).GetProperty("jobs");

        counts.GetProperty("jobs_submitted").GetInt32().ShouldBe(1);
        counts.GetProperty("jobs_open").GetInt32().ShouldBe(0);
        counts.GetProperty("executions").GetInt32().ShouldBe(1);
        counts.GetProperty("limits_exceeded").GetInt32().ShouldBe(1);
        counts.GetProperty("calls").GetRawText().ShouldBe("""{"purge-queue":3,"run":1,"status-sync":1}""");
        jobs.GetRawText().ShouldBe($$"""
            [{"job_id":"{{id}}","attempt_id":"r:1:1","status":"COMPLETED","worker_id":"{{worker}}","answer_lost":false}]
            """);
    }

    [Fact]
    public async Task Statistics_OfAnEndpointWithAKey_NeedIt()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, new EmulatorOptions { ApiKey = "key" });

        (await GetAsync(pod, "statistics", key: null)).GetProperty("status").GetInt32().ShouldBe((int)HttpStatusCode.Unauthorized);
        (await GetAsync(pod, "statistics", "key")).GetProperty("jobs_submitted").GetInt32().ShouldBe(0);
    }

    private static async Task<JsonElement> GetAsync(TestEmulator pod, string page, string? key)
    {
        using var http = new HttpClient();
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.GetAsync(new Uri(pod.Emulator.BaseAddress, $"/emulator/{page}"));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}
