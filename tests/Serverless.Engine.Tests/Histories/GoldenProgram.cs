namespace Serverless.Engine.Tests.Histories;

/// <summary>An orchestrator that uses everything that leaves a trace in a history.</summary>
internal static class GoldenProgram
{
    public static async Task<string> RunAsync(OrchestrationContext context, int n)
    {
        var started = context.CurrentUtcDateTime;
        var chunks = await Task.WhenAll(
            Enumerable.Range(0, n).Select(i => context.CallActivityAsync<int>("Double", i)));
        var retried = await context.CallActivityAsync<string>("Flaky", "x", new RetryPolicy(2, TimeSpan.FromSeconds(5)));
        var child = await context.CallSubOrchestratorAsync<int>("Child", 20, $"{context.InstanceId}-child");
        var failure = "";
        try
        {
            await context.CallSubOrchestratorAsync<int>("BadChild");
        }
        catch (TaskFailedException e)
        {
            failure = e.Message;
        }

        using var cancel = new CancellationTokenSource();
        context.SetCustomStatus("waits");
        var timer = context.CreateTimer(TimeSpan.FromHours(2), cancel.Token);
        var job = context.WaitForExternalEvent<string>("job-1", cancel.Token);
        await Task.WhenAny(timer, job);
        cancel.Cancel();
        var time = context.CurrentUtcDateTime - started;
        return $"{string.Join(',', chunks)} {retried} {child} {failure} {await job} {time} {context.NewGuid()}";
    }

    /// <summary>Runs it, one activity at a time so that the order is always the same, and gives its history.</summary>
    public static async Task<string> RecordAsync()
    {
        var calls = 0;
        await using var engine = new EngineHarness()
            .With(options => options with { MaxConcurrentActivities = 1 })
            .Activity<int, int>("Double", i => i * 2)
            .Activity<string, string>("Flaky", text => ++calls == 1 ? throw new SilentException() : text)
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i + 1))
            .Orchestrator<int?, int>("BadChild", (_, _) => throw new SilentException())
            .Orchestrator<int, string>("Golden", RunAsync);
        await engine.ScheduleAsync("Golden", 3, id: "golden");
        await engine.AdvanceAsync(TimeSpan.FromSeconds(5));
        await engine.WhenShownAsync("golden", "\"waits\"");
        await engine.Client.SuspendInstanceAsync("golden", "a break");
        await engine.RaiseAsync("golden", "job-1", "COMPLETED");
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.Client.ResumeInstanceAsync("golden", "on with it");
        await engine.ResultAsync<string>("golden");
        await engine.StopAsync();
        return Sqlite.History(engine.DatabasePath, "golden");
    }

    /// <summary>Has no stack trace, which would differ from machine to machine.</summary>
    private sealed class SilentException() : Exception("not this time")
    {
        public override string? StackTrace => null;
    }
}
