using Serverless.Agent.Tests.Notices;
using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>The real command hears from the provider that its machine goes.</summary>
public sealed class ExecNoticeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PythonFact]
    public async Task Exec_AwsTakesTheMachine_SavesUploadsAndEndsWell()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        using var machine = Train("aws", server);
        await machine.WhenSays("paused at step 77");
        server.InstanceAction = Action(TimeSpan.FromMinutes(10));

        (await machine.ExitAsync()).ShouldBe(0, machine.Said);

        machine.Said.ShouldContain("Spot interruption detected! AWS: terminate at ");
        machine.Said.ShouldContain("Checkpoint uploaded: step-000077.json");
    }

    [PythonFact]
    public async Task Exec_GooglePreempts_SavesUploadsAndEndsWell()
    {
        await using var server = await FakeMetadata.StartAsync("google");
        using var machine = Train("google", server);
        await machine.WhenSays("paused at step 77");
        server.Preempt();

        (await machine.ExitAsync()).ShouldBe(0, machine.Said);

        machine.Said.ShouldContain("Checkpoint uploaded: step-000077.json");
    }

    [PythonFact]
    public async Task Exec_AzurePreempts_AcknowledgesOnceAllIsStored()
    {
        await using var server = await FakeMetadata.StartAsync("azure");
        using var machine = Train("azure", server);
        await machine.WhenSays("paused at step 77");
        var notBefore = TimeProvider.System.GetUtcNow().AddMinutes(10).ToString("R");
        server.Events = $$"""
            {"Events":[{"EventId":"E-1","EventType":"Preempt","Resources":["trainer-7"],"NotBefore":"{{notBefore}}"}]}
            """;

        (await machine.ExitAsync()).ShouldBe(0, machine.Said);

        machine.Said.ShouldContain("Checkpoint uploaded: step-000077.json");
        server.Acknowledged.ShouldBe(["""{"StartRequests":[{"EventId":"E-1"}]}"""]);
    }

    [PythonFact]
    public async Task Exec_AwsRecommendsRebalancing_UploadsAtOnceAndGoesOn()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        using var machine = Train("aws", server, "--upload-every", "1h");
        await machine.WhenSays("Checkpoint uploaded: step-000050.json");
        server.Rebalance = """{"noticeTime":"2025-09-18T08:20:00Z"}""";

        await machine.WhenSays("higher risk of interruption. The newest checkpoint is uploaded now; work goes on");

        (await machine.AskToEndAsync()).ShouldBe(0, machine.Said);
    }

    [LinuxFact]
    public async Task Exec_RunPodAsksAWorkerThatDoesNotListen_IsDoneWithinFiveSeconds()
    {
        var lines = new SignalledLines();
        using var agent = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"), "agent", "exec", "--checkpoint-dir", _folder.File("ck"), "--store",
            _folder.File("store"), "--settle", "0.1", "--", "sh", "-c", "trap '' TERM; echo ready; while true; do sleep 1; done")
        {
            Folder = _folder.Path,
            Environment = names => names["RUNPOD_POD_ID"] = "pod-1",
            OnOutputLine = (_, line) => lines.Add(line),
        });
        await lines.WhenAny(line => line == "ready").WaitAsync(TimeSpan.FromSeconds(60));
        await File.WriteAllTextAsync(Path.Combine(_folder.File("ck"), "step_1.json"), "{}");
        var clock = TimeProvider.System;
        var asked = clock.GetTimestamp();
        agent.Terminate();

        (await agent.ExitAsync()).ShouldBe(0, agent.Errors);

        var took = clock.GetElapsedTime(asked);
        took.ShouldBeGreaterThan(TimeSpan.FromSeconds(2.9), "the worker gets three of the five seconds");
        agent.Errors.ShouldContain("Spot interruption detected! RunPod: SIGTERM. Interruption time: ");

        // A machine that is too busy to give the agent its last second shows nothing of what it does with it.
        if (took < TimeSpan.FromSeconds(4.5)) agent.Errors.ShouldContain("Checkpoint uploaded: step_1.json");
    }

    [Fact]
    public async Task SpotMonitor_ShowsNoticesAsTheyCome()
    {
        await using var server = await FakeMetadata.StartAsync("aws");
        var lines = new SignalledLines();
        using var monitor = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"), "spot-monitor", "--provider", "aws", "--metadata",
            server.Address.AbsoluteUri)
        {
            Folder = _folder.Path,
            OnOutputLine = (_, line) => lines.Add(line),
        });
        await server.WhenCalled("rebalance").WaitAsync(TimeSpan.FromSeconds(60));
        server.InstanceAction = Action(TimeSpan.FromMinutes(10));

        await lines.WhenAny(line => line.Contains("aws-instance-action  AWS: terminate at ")).WaitAsync(TimeSpan.FromSeconds(60));

        lines.All.Single().ShouldEndWith(" s left");
        monitor.Terminate();
        (await monitor.ExitAsync()).ShouldBe(0, monitor.Errors);
    }

    private TrainedMachine Train(string provider, FakeMetadata server, params string[] options)
    {
        var training = new Training(_folder.File("store"), _folder.File("journal"), _folder.File("result"))
        {
            Options = ["--provider", provider, "--metadata", server.Address.AbsoluteUri, .. options],
        };
        return new TrainedMachine(training, pauseAt: 77);
    }

    private static string Action(TimeSpan left) =>
        $$"""{"action":"terminate","time":"{{TimeProvider.System.GetUtcNow() + left:yyyy-MM-ddTHH:mm:ssZ}}"}""";
}
