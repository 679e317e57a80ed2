using System.Net;
using System.Net.Sockets;

namespace Serverless.Engine.Tests.Context;

/// <summary>What no event of a history can complete: each fails by name, none hangs.</summary>
public sealed class ForbiddenAwaitTests
{
    private const string OffThread = "another thread";
    private const string Advice =
        "Use CreateTimer in place of Task.Delay, an activity in place of Task.Run and I/O, and no ConfigureAwait(false).";

    private const string Endless = "waits for something that no event can ever complete";

    /// <summary>Ends on another thread, when the test says so.</summary>
    private readonly TaskCompletionSource _elsewhere = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TheoryData<string, string> Ways => new()
    {
        { "Delay", Endless },
        { "Run", Endless },
        { "OwnSource", Endless },
        { "ConfigureAwait", Endless },
        { "Io", Endless },
        { "IoBesideAnEvent", OffThread },
        { "DelayBesideAnEvent", OffThread },
        { "RunBesideAnEvent", OffThread },
        { "ConfigureAwaitBesideAnEvent", OffThread },
        { "UseOffThread", OffThread },
        { "OwnSourceCompletedElsewhere", OffThread },
        { "CancelAsync", OffThread },
        { "TimedToken", OffThread },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Await_OfWhatIsNotTheContexts_FailsAndSaysSo(string way, string expected)
    {
        await using var engine = new EngineHarness().Activity<int, int>("Work", i => i);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        engine.Orchestrator<string, int>("Main", (context, name) => RunAsync(context, engine.Clock, listener, name));
        var id = await engine.ScheduleAsync("Main", way);

        // Now the turn is over: what has ended before it is awaited cannot be told from a result.
        if (expected == OffThread) _elsewhere.SetResult();
        if (way.StartsWith("Delay", StringComparison.Ordinal) || way == "TimedToken")
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
        using var caller = new TcpClient();
        if (way.StartsWith("Io", StringComparison.Ordinal)) await caller.ConnectAsync((IPEndPoint)listener.LocalEndpoint);

        var text = Texts(await engine.FailureAsync(id));
        _elsewhere.TrySetResult();
        text.ShouldContain(expected);
        foreach (var name in (string[])["Task.Delay", "Task.Run", "I/O", "ConfigureAwait(false)", Advice])
            text.ShouldContain(name);
    }

    [Fact]
    public async Task AsyncVoid_Throws_FailsTheInstance()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", async (context, _) =>
        {
            async void Forgotten()
            {
                await context.WaitForExternalEvent<string>("go");
                throw new ArithmeticException("out of sight");
            }

            Forgotten();
            return await context.WaitForExternalEvent<int>("never");
        });
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "go", "");

        (await engine.FailureAsync(id)).ErrorMessage.ShouldBe("out of sight");
    }

    private async Task<int> RunAsync(OrchestrationContext context, ManualClock clock, TcpListener listener, string name)
    {
        switch (name)
        {
            case "Delay":
                await Task.Delay(TimeSpan.FromSeconds(1), clock);
                break;
            case "Run":
                await Task.Run(() => _elsewhere.Task);
                break;
            case "OwnSource":
                await new TaskCompletionSource().Task;
                break;
            case "ConfigureAwait":
                await context.CallActivityAsync<int>("Work", 0).ConfigureAwait(false);

                // Were this thread quicker than its turn, that would be the first to be noticed.
                await _elsewhere.Task;
                break;
            case "Io":
                (await listener.AcceptTcpClientAsync()).Dispose();
                break;
            case "IoBesideAnEvent":
                _ = context.WaitForExternalEvent<int>("never");
                (await listener.AcceptTcpClientAsync()).Dispose();
                break;
            case "DelayBesideAnEvent":
                _ = context.WaitForExternalEvent<int>("never");
                await Task.Delay(TimeSpan.FromSeconds(1), clock);
                break;
            case "RunBesideAnEvent":
                _ = context.WaitForExternalEvent<int>("never");
                await Task.Run(() => _elsewhere.Task);
                break;
            case "ConfigureAwaitBesideAnEvent":
                _ = context.WaitForExternalEvent<int>("never");
                await context.CallActivityAsync<int>("Work", 0).ConfigureAwait(false);
                break;
            case "UseOffThread":
                _ = context.WaitForExternalEvent<int>("never");
                await Task.Run(() => context.CallActivityAsync<int>("Work", 0));
                break;
            case "OwnSourceCompletedElsewhere":
                _ = context.WaitForExternalEvent<int>("never");
                await _elsewhere.Task;
                break;
            case "CancelAsync":
                using (var cancel = new CancellationTokenSource())
                {
                    var timer = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
                    _ = context.WaitForExternalEvent<int>("never");
                    await cancel.CancelAsync();
                    await timer;
                }

                break;
            case "TimedToken":
                using (var timed = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock))
                {
                    await context.WaitForExternalEvent<int>("never", timed.Token);
                }

                break;
        }

        return 0;
    }

    private static string Texts(FailureDetails? failure) =>
        failure is null ? "" : $"{failure.ErrorType}: {failure.ErrorMessage}\n{Texts(failure.InnerFailure)}";
}
