using Serverless.Engine;
using Serverless.Simulation.Programs;
using Serverless.TestKit;

namespace Serverless.Simulation.Running;

/// <summary>One engine, from its start on a database to its death.</summary>
internal sealed class Life
{
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    public Life(string database, ProgramTree program, World world, DateTimeOffset now)
    {
        Clock = new ManualClock(now);
        SynchronizationContext.SetSynchronizationContext(Thread);
        var options = new EngineOptions
        {
            DatabasePath = database,
            IdleTimeout = IdleTimeout,
            MaxConcurrentActivities = world.NeverEnds ? 64 : program.Slots,
        };
        var registry = new DurableRegistry(SimulationJson.Default.Options)
            .AddOrchestrator(Interpreter.OrchestratorName, () => new Interpreter(program))
            .AddActivity(Interpreter.ActivityName, () => new SimulatedActivity(world));

        // The process dies, the machine does not: nothing hangs on a flush, and seeds take a tenth of the time.
        var hooks = new EngineHooks { Scheduler = Thread, Opened = Sql.DoNotFlush };
        Engine = DurableEngine.Start(options, registry, Clock, Log, hooks);
        world.Enter(this);
    }

    public DurableEngine Engine { get; }

    public OneThread Thread { get; } = new();

    public ManualClock Clock { get; }

    public ErrorLog Log { get; } = new();

    public bool CanCommit => Engine.Core.Commits.Queued > 0;

    public void Commit() => SimulationFailure.Unless(Engine.Core.Commits.CommitQueued(), "A commit failed.");

    public void Execute(int index)
    {
        Thread.Execute(index);
        if (Log.First is { } error) throw new SimulationFailure(error);
        SimulationFailure.Unless(!Engine.Broken.IsCompleted, "The engine is broken.");
    }

    /// <summary>Dies as a killed process does.</summary>
    public void Die()
    {
        Thread.Die();
        Engine.Abandon();
    }
}
