namespace Serverless.EndToEnd.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task Interrupt_Once_LeavesTheRunSafeAndResumeFinishesIt()
    {
        using var place = new Workplace();
        var handler = new HeldHandler();
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler);
        using var run = FanOutProcess.Start(
            place.Path, ["run", "flashpoints.json", "--run-id", "r"], null, endpoint.Environment);
        await handler.Held;

        run.Terminate();

        (await run.ExitAsync()).ShouldBe(130, run.Errors);
        run.Errors.ShouldContain("Run r is safe");
        run.Errors.ShouldContain("fanout resume r");
        handler.Open();
        using var resumed = await FanOutProcess.RunAsync(
            place.Path, ["resume", "--out", "results.json"], endpoint.Environment);
        (await resumed.ExitAsync()).ShouldBe(0, resumed.Errors);
        place.Entries.Count.ShouldBe(12);
        endpoint.Statistics.JobsSubmitted.ShouldBe(4, "the jobs under way were found again");
    }

    [Fact]
    public async Task Interrupt_Twice_CancelsTheJobs()
    {
        using var place = new Workplace();
        var handler = new HeldHandler();
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler);
        using var run = FanOutProcess.Start(
            place.Path, ["run", "flashpoints.json", "--run-id", "r"], null, endpoint.Environment);
        await handler.Held;

        run.InterruptTwice();

        (await run.ExitAsync()).ShouldBe(130, run.Errors);
        run.Errors.ShouldContain("Ctrl-C again");
        run.Errors.ShouldContain("Run r is cancelled");
        await handler.WasCancelled;
        using var shown = await FanOutProcess.RunAsync(place.Path, ["show", "r"]);
        shown.Output.ShouldContain("cancelled");
    }

    [Fact]
    public async Task SecondProcess_OnTheSameState_IsToldWhoHasIt()
    {
        using var place = new Workplace();
        var handler = new HeldHandler();
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler);
        using var first = FanOutProcess.Start(
            place.Path, ["run", "flashpoints.json", "--run-id", "r"], null, endpoint.Environment);
        await handler.Held;

        using var second = await FanOutProcess.RunAsync(
            place.Path, ["run", "flashpoints.json", "--run-id", "s"], endpoint.Environment);
        using var list = await FanOutProcess.RunAsync(place.Path, ["runs"]);

        (await second.ExitAsync()).ShouldBe(2, second.Errors);
        second.Errors.ShouldContain($"in use by process {first.Id}");
        (await list.ExitAsync()).ShouldBe(0, "looking is allowed");
        list.Output.ShouldContain("r ");
        handler.Open();
        (await first.ExitAsync()).ShouldBe(0, first.Errors);
    }
}
