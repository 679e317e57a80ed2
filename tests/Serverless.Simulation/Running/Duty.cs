using Serverless.Simulation.Programs;

namespace Serverless.Simulation.Running;

/// <summary>What the outside asks for.</summary>
internal enum DutyKind
{
    Raise,

    /// <summary>Of an instance and all that it has started.</summary>
    Kill,

    /// <summary>Of an instance; its children go on.</summary>
    KillAlone,
    Replace,
    Suspend,
    Resume,
    Rewind,
}

/// <summary>Something that the outside sees to: it asks the engine, and asks again until that has said yes. Whoever died in
/// between has said nothing.</summary>
internal sealed class Duty(DutyKind kind, string instance, Func<DurableClient, string, Task<bool>> ask)
{
    private Task<bool>? _answer;
    private string _token = "";

    public DutyKind Kind => kind;

    public string Instance => instance;

    public bool IsDone { get; private set; }

    public bool IsAsked => _answer is not null;

    public void Ask(DurableClient client, string token)
    {
        _token = token;
        _answer = ask(client, token);
    }

    /// <summary>Takes the answer, if there is one.</summary>
    /// <returns>The token under which the engine said yes, or null.</returns>
    public string? Listen()
    {
        if (_answer is not { IsCompleted: true } answer) return null;
        _answer = null;
        if (answer.IsFaulted) throw new SimulationFailure($"The {kind} of '{instance}' failed: {answer.Exception}");
        IsDone = answer.Result;
        return IsDone ? _token : null;
    }

    public void Forget() => _answer = null;

    /// <summary>Has it asked for again: whom it was done to is gone.</summary>
    public void Undo()
    {
        Forget();
        IsDone = false;
    }
}

/// <summary>What a program needs from the outside.</summary>
internal static class Duties
{
    public static List<Duty> Of(ProgramTree program)
    {
        var duties = new List<Duty>();
        Add(duties, Ids.Root, program.Root, program.KillsChildrenToo);
        return duties;
    }

    public static Duty Suspend(string instance) =>
        new(DutyKind.Suspend, instance, (client, _) => client.SuspendInstanceAsync(instance));

    public static Duty Resume(string instance) =>
        new(DutyKind.Resume, instance, (client, _) => client.ResumeInstanceAsync(instance));

    /// <summary>Schedules the root, whatever has its id.</summary>
    public static Duty Replace() => new(DutyKind.Replace, Ids.Root, async (client, _) =>
    {
        var options = new StartOrchestrationOptions { InstanceId = Ids.Root, DedupeStatuses = [] };
        await client.ScheduleNewOrchestrationInstanceAsync(Interpreter.OrchestratorName, ExecutionInput.OfRoot, options);
        return true;
    });

    public static Duty Rewind() => new(DutyKind.Rewind, Ids.Root, (client, _) => client.RewindInstanceAsync(Ids.Root));

    private static void Add(List<Duty> duties, string instance, Block block, bool recursive)
    {
        if (block.IsEndless) duties.Add(Kill(instance, recursive));
        for (var generation = 0; generation < block.Generations; generation++)
        {
            foreach (var op in block.Own())
            {
                if (op is Event or Race { Runners: Runners.EventAndFarTimer or Runners.EventAndNoEvent })
                    duties.Add(Raise(instance, op.Id, generation));
                if (op is Child child)
                    Add(duties, Ids.OfChild(instance, child.Id, generation), child.Body, recursive: true);
            }

            if (block.LeavesOpen == LeftOpen.Child && generation + 1 < block.Generations)
                Add(duties, Ids.OfChild(instance, Ids.LeftBehind, generation), Block.LeftBehind, recursive: true);
        }
    }

    private static Duty Raise(string instance, int op, int generation) => new(
        DutyKind.Raise,
        instance,
        (client, token) => client.RaiseEventAsync(instance, Ids.OfEvent(op, generation), $"e{op}#{token}"));

    private static Duty Kill(string instance, bool recursive) => new(
        recursive ? DutyKind.Kill : DutyKind.KillAlone,
        instance,
        (client, _) => client.TerminateInstanceAsync(instance, new TerminateInstanceOptions("killed", recursive)));
}
