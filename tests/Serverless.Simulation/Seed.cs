using Serverless.Simulation.Programs;
using Serverless.Simulation.Running;

namespace Serverless.Simulation;

/// <summary>A seed that showed a defect.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Program">What it ran.</param>
/// <param name="Why">What went wrong.</param>
internal sealed record Defect(ulong Seed, ProgramTree Program, string Why)
{
    public override string ToString() => $"Seed {Seed}: {Why}{Environment.NewLine}{ProgramText.Of(Program)}";
}

/// <summary>Turns seeds into programs and courses, and runs them. Uses one file, one seed at a time.</summary>
internal sealed class SeedRunner(string folder, Action<string>? trace = null)
{
    private const int ShrinkTries = 40;

    private int _file;

    /// <summary>What the dice of the last seed would throw next: it tells whether two courses were the same.</summary>
    public int NextThrow { get; private set; }

    /// <summary>Runs a program undisturbed, and then roughly; gives null when all is well.</summary>
    public Defect? Run(ulong seed)
    {
        var dice = new Dice(seed);
        var defect = Run(seed, ProgramMaker.Make(dice.Fork()), dice);
        NextThrow = dice.Below(int.MaxValue);
        return defect;
    }

    /// <summary>The smallest program with a defect that taking things away leads to, each tried on several courses.</summary>
    public Defect Shrink(Defect defect)
    {
        foreach (var smaller in Shrinker.Smaller(defect.Program))
        {
            for (var course = 0; course < ShrinkTries; course++)
            {
                if (Run(defect.Seed, smaller, new Dice(defect.Seed + ((ulong)course << 32))) is { } found)
                    return Shrink(found);
            }
        }

        return defect;
    }

    private Defect? Run(ulong seed, ProgramTree program, Dice dice)
    {
        var before = SynchronizationContext.Current;
        try
        {
            var calm = new ProgramRun(Database, program).Run(new CalmCourse());
            var rough = new ProgramRun(Database, program) { Trace = trace }.Run(new RoughCourse(dice));
            return calm == rough ? null : new(seed, program, $"Undisturbed it ends as {calm}, disturbed as {rough}.");
        }
        catch (Exception e)
        {
            // Whatever it is, it is a finding. The file is left to look at.
            _file++;
            return new(seed, program, e is SimulationFailure ? e.Message : e.ToString());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private string Database => Path.Combine(folder, $"simulation-{_file}.db");
}
