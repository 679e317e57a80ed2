using System.Diagnostics;
using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>infra/pod/start.sh, with a shell script in the agent's place.</summary>
public sealed class PodStartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly SignalledLines _lines = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task Start_WithoutATraining_IsTheAgentItself()
    {
        using var pod = Start("echo agent $$ $*", ("COORDINATOR_URL", "https://fanout.example.com"));

        await pod.WaitForExitAsync().WaitAsync(Patience);

        await _lines.WhenAny(line => line == $"agent {pod.Id} agent").WaitAsync(Patience);
    }

    [LinuxTheory]
    [InlineData(0, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    public async Task Training_ThatEnded_IsFollowedByWhenDoneUnlessItIsToBeginAgain(int code, bool isFollowed)
    {
        using var pod = Start($"exit {code}", ("TRAIN_COMMAND", "train"), ("CHECKPOINT_STORE", "/volume"), ("WHEN_DONE", "echo followed"));

        await pod.WaitForExitAsync().WaitAsync(Patience);

        pod.ExitCode.ShouldBe(code);
        _lines.All.Contains("followed").ShouldBe(isFollowed);
    }

    [LinuxFact]
    public async Task Training_ThatIsDoneOnRunPod_IsNotBegunAgain()
    {
        using var pod = Start("exit 0", ("TRAIN_COMMAND", "train"), ("CHECKPOINT_STORE", "/volume"), ("RUNPOD_POD_ID", "p"));
        await _lines.WhenAny(line => line.EndsWith("of no more use: terminate it.", StringComparison.Ordinal)).WaitAsync(Patience);
        pod.HasExited.ShouldBeFalse();

        Terminate(pod);

        await pod.WaitForExitAsync().WaitAsync(Patience);
        pod.ExitCode.ShouldBe(0);
    }

    [LinuxFact]
    public async Task Training_WhoseMachineIsTaken_IsToldAndWaitedFor()
    {
        const string Agent = "trap 'echo told; sleep 0.2; echo stored; exit 0' TERM; echo up; while :; do sleep 0.05; done";
        using var pod = Start(Agent, ("TRAIN_COMMAND", "train"), ("CHECKPOINT_STORE", "/volume"), ("RUNPOD_POD_ID", "p"));
        await _lines.WhenAny(line => line == "up").WaitAsync(Patience);

        Terminate(pod);

        await pod.WaitForExitAsync().WaitAsync(Patience);
        pod.ExitCode.ShouldBe(0);
        _lines.All.ShouldBe(["up", "told", "stored"]);
    }

    private static void Terminate(Process pod)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{pod.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Starts it. A program that this process has written itself may be "busy": whatever another test starts at that moment
    /// holds it open for writing, for as long as it is not its own program yet.</summary>
    private Process Start(string agent, params (string Name, string Value)[] environment)
    {
        File.WriteAllText(_folder.File("written"), $"#!/bin/sh\n{agent}\n");
        var script = _folder.File("agent");
        using (var install = Process.Start("install", ["-m", "500", _folder.File("written"), script])) install.WaitForExit();
        var start = new ProcessStartInfo("sh", [RepositoryFile.Find("infra/pod/start.sh")]) { RedirectStandardOutput = true };
        foreach (var name in new[] { "RUNPOD_POD_ID", "WHEN_DONE", "TRAIN_COMMAND", "COORDINATOR_URL" }) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.Environment["FANOUT"] = script;
        var pod = Process.Start(start)!;
        pod.OutputDataReceived += (_, line) => { if (line.Data is { } text) _lines.Add(text); };
        pod.BeginOutputReadLine();
        return pod;
    }

    private sealed class LinuxTheoryAttribute : TheoryAttribute
    {
        public LinuxTheoryAttribute()
        {
            if (!OperatingSystem.IsLinux()) Skip = "needs a POSIX shell";
        }
    }
}
