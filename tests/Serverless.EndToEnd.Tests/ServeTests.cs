using System.Net;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests;

/// <summary>The README's example: the service without any settings, called as a scheduler calls it.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task Serve_WithoutAnySettings_RunsWhatIsPostedAndGivesOrderedResults()
    {
        using var place = new Workplace();
        using var served = await Served.StartAsync(place);

        using var accepted = await served.PostRunAsync(place.Flashpoints, "posted");

        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, served.Process.Errors);
        var links = JsonElement.Parse(await accepted.Content.ReadAsByteArrayAsync());
        links.GetProperty("id").GetString().ShouldBe("posted");
        var status = links.GetProperty("statusQueryGetUri").GetString()!;
        accepted.Headers.Location!.AbsoluteUri.ShouldBe(status);
        status.ShouldStartWith(served.Http.BaseAddress!.AbsoluteUri);
        await served.WhenAsync(status, instance => instance.GetProperty("runtimeStatus").GetString() == "Completed");
        var results = await served.GetJsonAsync("/api/runs/posted/results");
        results.EnumerateArray().Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        results.EnumerateArray().Select(entry => entry.GetProperty("summary").GetString()).Distinct().Count().ShouldBe(12);
        (await served.GetJsonAsync("/api/runs/posted")).GetProperty("report").GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Serve_OnAnAddressOfOthersWithoutAKey_EndsWithTheReason()
    {
        using var place = new Workplace();

        using var process = await FanOutProcess.RunAsync(place.Path, ["serve", "--listen", "http://0.0.0.0:0"]);

        (await process.ExitAsync()).ShouldBe(2, process.Errors);
        process.Errors.ShouldContain("API_KEY is not set");
        Directory.Exists(place.PathOf(".fanout/results/runs")).ShouldBeFalse();
    }

    [Fact]
    public async Task Serve_WithAKey_IsOpenToThoseWhoShowIt()
    {
        const string Key = "end-to-end-0123456789";
        using var place = new Workplace();
        using var served = await Served.StartAsync(place, ("API_KEY", Key), ("LOG_LEVEL", "DEBUG"));

        using var without = await served.GetAsync("/api/runs");
        using var with = await served.GetAsync($"/api/runs?code={Key}");
        using var wrong = await served.GetAsync($"/api/runs?code={Key}x");

        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        with.StatusCode.ShouldBe(HttpStatusCode.OK);
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        served.Process.Terminate();
        (await served.Process.ExitAsync()).ShouldBe(0, served.Process.Errors);
        served.Process.Errors.ShouldNotContain(Key);
        served.Process.Output.ShouldNotContain(Key);
    }
}
