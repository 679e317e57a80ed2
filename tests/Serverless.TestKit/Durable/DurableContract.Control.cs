using Serverless.Durable;
using Shouldly;
using Xunit;
using static Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    [Fact]
    public async Task Get_UnknownInstance_IsNull()
    {
        await using var host = await StartAsync(Echo());

        (await host.Client.GetInstanceAsync("nobody")).ShouldBeNull();
    }

    [Fact]
    public async Task RaiseAndTerminate_UnknownInstance_SayFalseAndMakeNone()
    {
        await using var host = await StartAsync(Echo());

        (await host.Client.RaiseEventAsync("nobody", "go", "")).ShouldBeFalse();
        (await host.Client.TerminateInstanceAsync("nobody")).ShouldBeFalse();

        (await host.Client.GetInstanceAsync("nobody")).ShouldBeNull();
    }

    [Fact]
    public async Task Terminate_WithOutput_ShowsThat()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "x");

        await host.Client.TerminateInstanceAsync(Me, new TerminateInstanceOptions(new[] { "enough", "now" }));

        var end = await EndAsync(host);
        end.RuntimeStatus.ShouldBe(Terminated);
        end.SerializedOutput.ShouldBe("[\"enough\",\"now\"]");
    }

    [Fact]
    public async Task Terminate_ActivityUnderWay_IsNotCancelled()
    {
        var gate = new Gate();
        var wasCancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Gated", async (context, i) =>
            {
                await gate.PassAsync();
                wasCancelled.SetResult(context.CancellationToken.IsCancellationRequested);
                return i;
            })
            .Orchestrator<int, int>(Main, (context, _) => context.CallActivityAsync<int>("Gated", 0)));
        await ScheduleAsync(host, 0);
        await gate.ArrivedAsync();

        await host.Client.TerminateInstanceAsync(Me);
        (await EndAsync(host)).RuntimeStatus.ShouldBe(Terminated);
        gate.Open();

        (await wasCancelled.Task.WaitAsync(Patience)).ShouldBeFalse();
    }

    [Fact]
    public async Task Suspend_EventsMeanwhile_AreKeptForTheResume()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string[]>(Main, async (context, n) =>
        {
            var items = new List<string>();
            while (items.Count < n) items.Add(await context.WaitForExternalEvent<string>("item"));
            return [.. items];
        }));
        await ScheduleAsync(host, 3);
        await RaiseAsync(host, "item", "before");
        await host.Client.SuspendInstanceAsync(Me);
        await WhenInAsync(host, Suspended);

        foreach (var item in (string[])["first", "second"]) await RaiseAsync(host, "item", item);
        await host.ForgetAsync();
        (await GetAsync(host)).RuntimeStatus.ShouldBe(Suspended);
        await host.Client.ResumeInstanceAsync(Me);

        (await ResultAsync<string[]>(host)).ShouldBe(["before", "first", "second"]);
    }

    [Fact]
    public async Task Purge_EndedInstance_CountsItAndLeavesNothing()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "x");
        await RaiseAsync(host, "go", "");
        await EndAsync(host);

        (await host.Client.PurgeInstanceAsync(Me)).ShouldBe(1);

        (await host.Client.GetInstanceAsync(Me)).ShouldBeNull();
    }

    [Fact]
    public async Task Purge_RunningInstance_ThrowsAndLeavesIt()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "x");
        await WhenInAsync(host, Running);

        await Should.ThrowAsync<InvalidOperationException>(() => host.Client.PurgeInstanceAsync(Me));

        await RaiseAsync(host, "go", "");
        (await ResultAsync<string>(host)).ShouldBe("x");
    }

    [Fact]
    public async Task FanOut_OverAThousandActivities_IsOrderedAndRunsTheOrchestratorSeldom()
    {
        var runs = 0;
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Double", i => 2 * i)
            .Orchestrator<int, int[]>(Main, async (context, n) =>
            {
                Interlocked.Increment(ref runs);
                return await Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallActivityAsync<int>("Double", i)));
            }));

        (await RunAsync<int[]>(host, 1000)).ShouldBe(Enumerable.Range(0, 1000).Select(i => 2 * i));

        // How many come together hangs on the machine; one by one they would be a thousand.
        runs.ShouldBeLessThan(500, "results arrive in batches");
    }

    [Fact]
    public async Task Activity_InputThatIsAnArray_ComesAsItWasGiven()
    {
        await using var host = await StartAsync(Registry()
            .Activity<int[], int>("Sum", numbers => numbers.Sum())
            .Activity<string?, string>("IsNull", text => $"{text is null}")
            .Orchestrator<int, string>(Main, async (context, _) =>
                $"{await context.CallActivityAsync<int>("Sum", new[] { 1, 2, 39 })} " +
                await context.CallActivityAsync<string>("IsNull")));

        (await RunAsync<string>(host, 0)).ShouldBe("42 True");
    }
}
