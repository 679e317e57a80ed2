using Serverless.Simulation.Checks;
using Serverless.Simulation.Programs;

namespace Serverless.Simulation.Running;

/// <summary>How a root ended.</summary>
internal sealed record Ending(OrchestrationRuntimeStatus Status, string? Output, string? ErrorType);

/// <summary>How a run goes on: which of all that could happen next does.</summary>
internal interface ICourse
{
    /// <summary>Does one thing.</summary>
    void Step(ProgramRun run);
}

/// <summary>One program from its scheduling to its purge, through as many engines as the course lets die.</summary>
internal sealed class ProgramRun
{
    private const int MaxSteps = 20_000;
    private const int StepsPerLook = 100;
    private const string Live = "status IN (0, 6, 7)";

    private readonly string _database;
    private readonly ProgramTree _program;

    public ProgramRun(string database, ProgramTree program)
    {
        (_database, _program) = (database, program);
        World = new World(program);
        Outside = new Outside(program, World);
        Life = new Life(database, program, World, new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public World World { get; }

    public Outside Outside { get; }

    public Life Life { get; private set; }

    /// <summary>What happened, when somebody wants to know.</summary>
    public Action<string>? Trace { get; init; }

    public Ending Run(ICourse course)
    {
        try
        {
            for (var step = 0; !HasEnded(); step++)
            {
                if (step == MaxSteps || (step % StepsPerLook == 0 && IsStuck())) throw NoEnd();
                course.Step(this);
                Outside.Listen(Life);
            }

            Drain();
            AftermathCheck.Check(this);
            var end = Life.Engine.Core.Reader.Find(Ids.Root)!;
            var ending = new Ending(
                end.Status, System.Text.Encoding.UTF8.GetString(end.Output.Span), end.Failure?.ErrorType);
            Purge();
            return ending;
        }
        finally
        {
            Life.Die();
        }
    }

    /// <summary>The process dies, and after a while another one starts.</summary>
    public void DieAndStartAgain(TimeSpan gap)
    {
        Trace?.Invoke("dies");
        Life.Die();
        Outside.LoseTouch();
        Life = new Life(_database, _program, World, Life.Clock.GetUtcNow() + gap);
        Outside.LookAround(Life);
    }

    public void Execute(int index)
    {
        Trace?.Invoke($"executes {index} of {Life.Thread.Ready}: {Life.Thread.Describe(index)}");
        Life.Execute(index);
        if (World.Violation is { } violation) throw new SimulationFailure(violation);
    }

    public void Commit()
    {
        Trace?.Invoke($"commits {Life.Engine.Core.Commits.Queued} writes");
        Life.Commit();
    }

    public void Ask(Duty duty)
    {
        Trace?.Invoke($"asks for the {duty.Kind} of {duty.Instance}");
        Outside.Ask(Life, duty);
    }

    public void Suspend(Dice dice)
    {
        var instance = Outside.Suspend(Life, dice);
        Trace?.Invoke($"asks for the suspension of {instance}");
    }

    public void Advance(TimeSpan by)
    {
        Life.Clock.Advance(by);
        Trace?.Invoke($"moves on to {Life.Clock.GetUtcNow():O}");
    }

    /// <summary>Lets everything happen that can without anything else.</summary>
    public void Drain()
    {
        for (var step = 0; Life.Thread.Ready > 0 || Life.CanCommit || World.SlowCalls > 0; step++)
        {
            SimulationFailure.Unless(step < MaxSteps, "It does not come to rest.");
            if (Life.Thread.Ready > 0) Execute(0);
            else if (Life.CanCommit) Commit();
            else World.ProgressSlowCall(0);
            Outside.Listen(Life);
        }
    }

    private bool HasEnded() =>
        Outside.HasRootEnded && Life.Thread.Ready == 0 && !Life.CanCommit &&
        Life.Count($"instances WHERE {Live}") == 0;

    /// <summary>Whether nobody will ever do anything again.</summary>
    private bool IsStuck() =>
        Life.Thread.Ready == 0 && !Life.CanCommit && World.SlowCalls == 0 && Outside is { Open.Count: 0, IsReady: true } &&
        Life.Count($"instances WHERE {Live}") > 0 && Life.Count($"instances WHERE {Live} AND wake_at IS NOT NULL") == 0;

    private SimulationFailure NoEnd()
    {
        var open = Life.Engine.Core.Reader.Read(
            $"""
            SELECT child.id, child.status, parent.status FROM instances child
            LEFT JOIN instances parent ON child.parent_key = parent.key WHERE child.{Live}
            """,
            row => $"'{row.GetString(0)}' is {(OrchestrationRuntimeStatus)row.GetInt32(1)}" +
                (row.IsDBNull(2) ? "" : $", its parent {(OrchestrationRuntimeStatus)row.GetInt32(2)}"));
        return new($"It does not end: {string.Join("; ", open)}.");
    }

    private void Purge()
    {
        var purge = Life.Engine.Client.PurgeInstanceAsync(Ids.Root, recursive: true);
        Drain();
        SimulationFailure.Unless(purge.IsCompletedSuccessfully, $"The purge failed: {purge.Exception}");
        SimulationFailure.Unless(
            Life.Count("instances") + Life.Count("history") == 0, "A purge of everything leaves something behind.");
    }
}
