namespace Serverless.EndToEnd.Tests;

public sealed class FirstMinuteTests
{
    [Fact]
    public async Task Run_WithoutAnySettings_GivesTwelveOrderedDifferentResults()
    {
        using var place = new Workplace();

        using var run = await FanOutProcess.RunAsync(place.Path, ["run", "flashpoints.json", "--out", "results.json"]);

        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        run.Errors.ShouldContain("using the local emulator with the sample worker");
        run.Errors.ShouldContain("Worker 1 starting with 3 flashpoints");
        run.Errors.ShouldContain("Worker 1 completed flashpoint fp-0");
        run.Errors.ShouldContain("Worker 1 completed all 3 flashpoints");
        run.Output.ShouldContain("Speed-up against sequential");
        run.Output.ShouldContain("results.json");
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(place.FlashpointIds);
        place.Entries.Select(entry => entry.GetProperty("summary").GetString()).Distinct().Count().ShouldBe(12);
        place.Report.GetProperty("ok").GetBoolean().ShouldBeTrue();
        place.Report.GetProperty("workers").GetInt32().ShouldBe(4);
        place.Report.GetProperty("flashpoints").GetInt32().ShouldBe(12);
        place.Report.GetProperty("failed").GetInt32().ShouldBe(0);
        place.Report.GetProperty("chunks").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task Run_TheSameAgain_ShowsTheKnownRunAndSubmitsNothing()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        string[] command = ["run", "flashpoints.json", "--out", "results.json", "--date", "2025-01-01"];
        using var first = await FanOutProcess.RunAsync(place.Path, command, endpoint.Environment);
        var submitted = endpoint.Statistics.JobsSubmitted;
        File.Delete(place.PathOf("results.json"));

        using var second = await FanOutProcess.RunAsync(place.Path, command, endpoint.Environment);

        (await second.ExitAsync()).ShouldBe(0, second.Errors);
        second.Errors.ShouldContain("has already ended");
        endpoint.Statistics.JobsSubmitted.ShouldBe(submitted);
        place.Entries.Count.ShouldBe(12);
    }

    [Fact]
    public async Task Run_WithOneWorker_GivesTheSameResultsWithoutRunPod()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        using var parallel = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--out", "results.json", "--run-id", "parallel"], endpoint.Environment);
        var expected = place.Results;

        using var sequential = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--workers", "1", "--out", "results.json", "--run-id", "sequential"]);

        (await sequential.ExitAsync()).ShouldBe(0, sequential.Errors);
        sequential.Errors.ShouldContain("without RunPod");
        place.Results.ShouldBe(expected);
        place.Report.GetProperty("chunks").GetArrayLength().ShouldBe(1);
    }
}
