using System.Globalization;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;
using Serverless.TestKit;
using Serverless.Workers.Commands;

namespace Serverless.Agent.Tests.Supervision;

/// <summary>With real processes.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerProcesses _processes = new(TimeProvider.System, () => Guid.NewGuid().ToString("n"));

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task Start_Worker_LeadsItsOwnGroup()
    {
        using var worker = Start($"touch {File("up")}; sleep 600");
        await IdsAsync();
        ProcessTable.Find(worker.Id)!.Group.ShouldBe(worker.Id);

        worker.Kill();

        (await worker.Ended.WaitAsync(Patience)).ShouldBe(137);
    }

    [LinuxFact]
    public async Task Stop_Worker_EndsAllThatItStartedEvenInOtherSessions()
    {
        using var worker = Start(
            $"sleep 600 & echo $! > {File("child")}; setsid sh -c 'echo $$ > {File("stray")}; while true; do sleep 0.1; done' & "
            + $"touch {File("up")}; wait");
        var ids = await IdsAsync("child", "stray");

        await worker.StopAsync(TimeProvider.System, default).WaitAsync(Patience);

        await GoneAsync(ids);
    }

    [LinuxFact]
    public async Task Stop_ShellThatDiesFirst_LetsTheProgramBehindItFinish()
    {
        var inner = $"trap \"sleep 0.5; echo saved > {File("saved")}; exit 0\" TERM; touch {File("up")}; while true; do sleep 0.1; done";
        using var worker = Start($"sh -c '{inner}' & echo $! > {File("child")}; wait");
        var ids = await IdsAsync("child");
        using var graceOver = new CancellationTokenSource(Patience);

        await worker.StopAsync(TimeProvider.System, graceOver.Token).WaitAsync(Patience);

        System.IO.File.ReadAllText(File("saved")).ShouldBe("saved\n");
        await GoneAsync(ids);
    }

    [LinuxFact]
    public async Task Stop_DeafWorker_IsKilledWithItsGroup()
    {
        using var worker = Start(
            $"trap '' TERM; sleep 600 & echo $! > {File("child")}; touch {File("up")}; while true; do sleep 0.1; done");
        var ids = await IdsAsync("child");
        using var graceOver = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        (await worker.StopAsync(TimeProvider.System, graceOver.Token).WaitAsync(Patience)).ShouldBe(137);

        await GoneAsync(ids);
    }

    [Fact]
    public void Start_UnknownProgram_SaysSo() =>
        Should.Throw<WorkerStartException>(() => _processes.Start(new WorkerStart(["no-such-program"], new Dictionary<string, string?>())))
            .Message.ShouldBe("'no-such-program' could not be started: there is no such program");

    /// <summary>The whole command: a worker that hangs without a heartbeat, crashes, and leaves zombies behind.</summary>
    [LinuxFact]
    public async Task Exec_WorkerThatHangsThenCrashesThenWorks_IsStartedAgainAndLeavesNoZombie()
    {
        System.IO.File.WriteAllText(File("worker.sh"), $$"""
            n=$(cat {{File("count")}} 2>/dev/null || echo 0); n=$((n + 1)); echo $n > {{File("count")}}
            if [ $n = 1 ]; then echo hanging; (sleep 0.2 & exec sleep 600); fi
            if [ $n = 2 ]; then echo crashing; exit 3; fi
            echo working; touch "$FANOUT_HEARTBEAT_FILE"; exit 0
            """);
        using var agent = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"), "agent", "exec", "--checkpoint-dir", File("ck"), "--store", File("store"),
            "--provider", "none", "--heartbeat-file", File("beat"), "--check-every", "0.5", "--startup", "15", "--",
            "sh", File("worker.sh")));

        (await agent.ExitAsync()).ShouldBe(0, agent.Errors);

        agent.Output.ReplaceLineEndings("\n").ShouldBe("hanging\ncrashing\nworking\n");
        agent.Errors.ShouldMatch(@"Worker unhealthy \(no heartbeat for \d+s\), restarting\.\.\.");
        agent.Errors.ShouldContain("Worker unhealthy (ended with exit code 3), restarting...");
        agent.Errors.ShouldContain("Worker is started again in 2s (restart 2 of at most 10 within an hour)");
    }

    [LinuxFact]
    public async Task Exec_OrphanThatBecomesAZombie_IsReaped()
    {
        var lines = new SignalledLines();
        using var agent = DotnetProcess.Start(new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"), "agent", "exec", "--checkpoint-dir", File("ck"), "--store", File("store"),
            "--provider", "none", "--check-every", "0.5", "--", "sh", "-c", "(sleep 0.3 & exec true); exec sleep 600")
        {
            OnErrorLine = (_, line) => lines.Add(line),
        });

        await lines.WhenAny(line => line.Contains("1 zombies taken out of the process table")).WaitAsync(Patience);

        ProcessTable.All().ShouldNotContain(entry => entry.Parent == agent.Id && entry.State == 'Z');
        agent.Terminate();
        (await agent.ExitAsync()).ShouldBe(0, agent.Errors);
    }

    [LinuxFact]
    public async Task Exec_AgentThatWasKilled_ItsWorkerIsKilledByTheNext()
    {
        string[] start = ["agent", "exec", "--checkpoint-dir", File("ck"), "--store", File("store"), "--provider", "none", "--"];
        var program = Path.Combine(AppContext.BaseDirectory, "fanout.dll");
        var script = $"echo $$ > {File("child")}; touch {File("up")}; sleep 600";
        using var killed = DotnetProcess.Start(new DotnetStart(program, [.. start, "sh", "-c", script]));
        var ids = await IdsAsync("child");
        await Polling.UntilAsync(() => System.IO.File.Exists(Path.Combine(File("ck"), ".fanout-worker")), "the agent remembers its worker");
        killed.KillHard();
        await GoneAsync([killed.Id]);
        ProcessTable.Find(ids[0]).ShouldNotBeNull();

        using var next = DotnetProcess.Start(new DotnetStart(program, [.. start, "true"]));

        (await next.ExitAsync()).ShouldBe(0, next.Errors);
        next.Errors.ShouldContain($"The worker that an agent before had left (pid {ids[0]}) is killed");
        await GoneAsync(ids);
    }

    private IWorkerProcess Start(string script) =>
        _processes.Start(new WorkerStart(["sh", "-c", script], new Dictionary<string, string?>()));

    private string File(string name) => _folder.File(name);

    private async Task<int[]> IdsAsync(params string[] names)
    {
        await Polling.UntilAsync(() => System.IO.File.Exists(File("up")) && names.All(IsWritten), "the worker is up");
        return [.. names.Select(name => int.Parse(System.IO.File.ReadAllText(File(name)), CultureInfo.InvariantCulture))];
    }

    private bool IsWritten(string name) =>
        System.IO.File.Exists(File(name)) && System.IO.File.ReadAllText(File(name)).EndsWith('\n');

    private static Task GoneAsync(int[] ids) =>
        Polling.UntilAsync(() => ids.All(id => ProcessTable.Find(id) is null or { State: 'Z' }), "all that the worker started is gone");
}
