namespace Serverless.Simulation.Running;

/// <summary>Nothing goes wrong and everything waits for its turn.</summary>
internal sealed class CalmCourse : ICourse
{
    private readonly Queue<Duty> _next = new();

    public void Step(ProgramRun run)
    {
        var life = run.Life;
        if (life.Thread.Ready > 0) run.Execute(0);
        else if (life.CanCommit) run.Commit();
        else if (run.World.SlowCalls > 0) run.World.ProgressSlowCall(0);
        else if (_next.TryDequeue(out var duty)) run.Ask(duty);
        else
        {
            run.Advance(TimeSpan.FromSeconds(10));
            foreach (var open in run.Outside.Open) _next.Enqueue(open);
        }
    }
}

/// <summary>Everything happens in random order, and the process dies now and then.</summary>
internal sealed class RoughCourse : ICourse
{
    private readonly Dice _dice;

    /// <summary>How likely the process dies right after a commit, before anything that was committed is carried out.</summary>
    private readonly int _percentAfterCommits;
    private int _deaths;
    private int _suspensions;
    private int _stepsToLive;

    public RoughCourse(Dice dice)
    {
        _dice = dice;
        _deaths = dice.Chance(20) ? 0 : dice.Between(1, 5);
        _suspensions = dice.Chance(50) ? 0 : dice.Between(1, 4);
        _stepsToLive = NewStepsToLive();
        _percentAfterCommits = dice.Chance(40) ? 15 : 0;
    }

    public void Step(ProgramRun run)
    {
        if (_deaths > 0 && --_stepsToLive < 0) Die(run);
        else if (!TryStep(run)) run.Advance(TimeSpan.FromMilliseconds(_dice.Between(0, 30_000)));
    }

    /// <summary>The process may die just before a commit, just after one, or at any other point; soon after its start
    /// means within recovery.</summary>
    private void Die(ProgramRun run)
    {
        if (run.Life.CanCommit && _dice.Chance(50)) run.Commit();
        DieNow(run);
    }

    private void DieNow(ProgramRun run)
    {
        _deaths--;
        _stepsToLive = NewStepsToLive();
        run.DieAndStartAgain(TimeSpan.FromMilliseconds(_dice.Chance(50) ? 0 : _dice.Between(0, 60_000)));
    }

    private int NewStepsToLive() => _dice.Below(10) switch
    {
        < 3 => _dice.Below(5),
        < 7 => _dice.Below(40),
        _ => _dice.Below(200),
    };

    /// <returns>False when time should go by instead.</returns>
    private bool TryStep(ProgramRun run)
    {
        var life = run.Life;
        switch (_dice.Below(20))
        {
            case < 10 when life.Thread.Ready > 0:
                run.Execute(_dice.Below(life.Thread.Ready));
                return true;
            case < 14 when life.CanCommit:
                run.Commit();
                if (_deaths > 0 && _dice.Chance(_percentAfterCommits)) DieNow(run);
                return true;
            case < 17 when run.World.SlowCalls > 0:
                run.World.ProgressSlowCall(_dice.Below(run.World.SlowCalls));
                return true;
            case < 19:
                return TryUse(run);
            default:
                return life.Thread.Ready > 0 && _dice.Chance(80);
        }
    }

    private bool TryUse(ProgramRun run)
    {
        if (_suspensions > 0 && _dice.Chance(30))
        {
            _suspensions--;
            run.Suspend(_dice);
            return true;
        }

        var open = run.Outside.Open;
        if (open.Count == 0) return false;
        var duty = open[_dice.Below(open.Count)];

        // Mostly later: while an instance is set aside, much can happen to those around it.
        if (duty.Kind == DutyKind.Resume && _dice.Chance(70)) return false;
        run.Ask(duty);
        return true;
    }
}
