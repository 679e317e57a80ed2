using Serverless.Core.Jobs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Jobs that say how long they took, and runs that are interrupted at every step.</summary>
internal static class Timed
{
    /// <summary>The same look with these times.</summary>
    public static Func<ScriptedJob, JobSnapshot> Took(
        this Func<ScriptedJob, JobSnapshot> look, double executionSec, double delaySec = 0) => job => look(job) with
        {
            DelayTime = TimeSpan.FromSeconds(delaySec),
            ExecutionTime = TimeSpan.FromSeconds(executionSec),
        };

    /// <summary>Goes through a scenario again and again, and each time stops and starts the engine at another of the calls
    /// to the backend, until the scenario has no more of them.</summary>
    /// <param name="script">What becomes of jobs.</param>
    /// <param name="begin">Starts what is to be interrupted.</param>
    /// <param name="check">Looks at what came of it.</param>
    /// <returns>How many steps there were.</returns>
    public static async Task<int> RestartAtEachStepAsync(
        Func<ScriptedJob, JobScript> script,
        Func<RunHarness, Task> begin,
        Func<RunHarness, Core.Runs.RunSummary, Task> check)
    {
        for (var step = 1; ; step++)
        {
            var reached = new Seen();
            var calls = 0;
            void Call()
            {
                if (Interlocked.Increment(ref calls) == step) reached.Set();
            }

            await using var run = new RunHarness(job =>
            {
                Call();
                var plan = script(job);
                return plan with { Looks = [.. plan.Looks.Select(look => Look.After(Call, look))] };
            });
            await begin(run);
            var end = run.Engine.Client.WaitForInstanceCompletionAsync(RunHarness.RunName);
            await run.DriveAsync(FirstOf(reached.Task, end));
            if (!reached.Task.IsCompleted) return step - 1;
            await run.RestartAsync();
            await check(run, await run.EndAsync());
        }
    }

    private static async Task<bool> FirstOf(Task one, Task other)
    {
        await Task.WhenAny(one, other);
        return true;
    }
}
