namespace Serverless.Simulation.Programs;

/// <summary>One step of a program. Its outcome never depends on timing; only the way there does.</summary>
/// <param name="Id">Unique within the program.</param>
internal abstract record Op(int Id);

/// <summary>What becomes of an activity.</summary>
internal enum Outcome
{
    /// <summary>It succeeds at once.</summary>
    Ok,

    /// <summary>It fails, and the orchestrator catches that.</summary>
    Fail,

    /// <summary>It succeeds after a few simulated steps.</summary>
    Slow,

    /// <summary>It fails after a few simulated steps, and the orchestrator catches that.</summary>
    SlowFail,

    /// <summary>It fails twice and is retried.</summary>
    Flaky,

    /// <summary>It fails at every attempt of its retries, and the orchestrator catches that.</summary>
    Hopeless,

    /// <summary>It fails, uncaught, until the outside has healed it: its instance fails and has to be rewound.</summary>
    Fragile,

    /// <summary>It never ends.</summary>
    Never,
}

/// <summary>Calls an activity.</summary>
internal sealed record Call(int Id, Outcome Outcome) : Op(Id);

/// <summary>Runs a child.</summary>
/// <param name="Id">Unique within the program.</param>
/// <param name="Body">What it does.</param>
/// <param name="IsCaught">Whether its failure is caught.</param>
/// <param name="IsTwice">Whether its id is asked for a second time afterwards, which must fail.</param>
internal sealed record Child(int Id, Block Body, bool IsCaught, bool IsTwice) : Op(Id);

/// <summary>Waits.</summary>
internal sealed record Wait(int Id, int Seconds) : Op(Id);

/// <summary>Waits for an event that the outside raises, early or late.</summary>
internal sealed record Event(int Id) : Op(Id);

/// <summary>Who takes part in a race; the first named wins by construction, unless it is open.</summary>
internal enum Runners
{
    EventAndFarTimer,
    TimerAndNoEvent,
    CallAndFarTimer,
    EventAndNoEvent,

    /// <summary>Either may win; both are awaited or cancelled, and the output is the same.</summary>
    TimerAndSlowCall,
}

/// <summary>Waits for the first of two and cancels the other.</summary>
internal sealed record Race(int Id, Runners Runners) : Op(Id);

/// <summary>Does several at once.</summary>
internal sealed record All(int Id, IReadOnlyList<Op> Ops) : Op(Id);

/// <summary>Does one after the other.</summary>
internal sealed record Sequence(int Id, IReadOnlyList<Op> Ops) : Op(Id);

/// <summary>Fails the instance.</summary>
internal sealed record Throw(int Id) : Op(Id);

/// <summary>Never goes on: the instance has to be terminated.</summary>
internal sealed record Endless(int Id, bool OnActivity) : Op(Id);

/// <summary>What an execution leaves open when it continues as new.</summary>
internal enum LeftOpen
{
    Nothing,
    NeverEndingCall,
    SlowCall,
    FarTimer,
    NearTimer,
    EventWaiter,

    /// <summary>A child that waits for an event.</summary>
    Child,
}

/// <summary>What an instance does, in one or more executions.</summary>
/// <param name="Ops">One after the other, in each execution.</param>
/// <param name="Generations">How many executions: all but the last continue as new.</param>
/// <param name="LeavesOpen">What each execution but the last leaves open.</param>
/// <param name="LeavesStarted">Whether that is started before: what is asked for in an execution's last turn is not.</param>
internal sealed record Block(
    IReadOnlyList<Op> Ops, int Generations = 1, LeftOpen LeavesOpen = LeftOpen.Nothing, bool LeavesStarted = false)
{
    /// <summary>What a child does that an execution leaves open.</summary>
    public static Block LeftBehind { get; } = new([new Event(0)]);

    /// <summary>Whether it ends only by being terminated.</summary>
    public bool IsEndless => Ops.Count > 0 && Ops[^1].IsEndless();
}

/// <summary>All that is needed to run a program again, apart from the dice.</summary>
/// <param name="Root">The root instance.</param>
/// <param name="Slots">How many activities at once.</param>
/// <param name="KillsChildrenToo">How an endless root is terminated.</param>
/// <param name="IsReplaced">Whether the root is scheduled a second time, in the place of itself.</param>
internal sealed record ProgramTree(Block Root, int Slots, bool KillsChildrenToo, bool IsReplaced);
