using Serverless.Simulation.Programs;

namespace Serverless.Simulation.Running;

/// <summary>Everybody who uses the engine: schedules the root, waits for its end, does the duties, and now and then sets an
/// instance aside for a while.</summary>
internal sealed class Outside
{
    private readonly ProgramTree _program;
    private readonly World _world;
    private readonly List<Duty> _duties;
    private readonly List<Duty> _suspensions = [];
    private readonly HashSet<string> _killed = [];
    private readonly Duty? _replacement;
    private Duty? _rewind;
    private Task<string>? _scheduling;
    private Task<OrchestrationMetadata>? _end;
    private bool _isScheduled;
    private int _asked;

    public Outside(ProgramTree program, World world)
    {
        (_program, _world) = (program, world);
        _duties = Duties.Of(program);
        if (program.IsReplaced) _duties.Insert(0, _replacement = Duties.Replace());
    }

    /// <summary>The events that the engine has said yes to: instance and token.</summary>
    public List<(string Instance, string Token)> Acknowledged { get; } = [];

    /// <summary>What may be asked for now. Whatever was killed with its parent has to end without the outside.</summary>
    public List<Duty> Open => _duties.FindAll(duty =>
        duty is { IsDone: false, IsAsked: false } && !IsKilled(duty.Instance) && (_isScheduled || duty != _replacement));

    /// <summary>Whether the root is there.</summary>
    public bool IsReady => _isScheduled;

    /// <summary>Whether somebody still waits for an answer.</summary>
    public bool IsWaiting => _duties.Exists(duty => duty.IsAsked) || _suspensions.Exists(duty => duty.IsAsked);

    /// <summary>Whether the root has come to its last end, as far as its client knows.</summary>
    public bool HasRootEnded => _end is { IsCompleted: true } && _replacement is null or { IsDone: true } &&
        (_rewind is null || _rewind.IsDone || !HasFailed);

    private bool HasFailed => _end!.Result.RuntimeStatus == OrchestrationRuntimeStatus.Failed;

    public void Ask(Life life, Duty duty)
    {
        if (IsKilled(duty.Instance)) return;

        // From the commit on what failed is called again, whether or not the answer comes before that.
        if (duty == _rewind) _world.ForgetRuns();
        duty.Ask(life.Engine.Client, $"{++_asked}");
    }

    /// <summary>Sets some unfinished instance aside, and gives its id.</summary>
    public string Suspend(Life life, Dice dice)
    {
        var live = life.Engine.Core.Reader.Read(
            "SELECT id FROM instances WHERE status IN (0, 6) ORDER BY key", row => row.GetString(0));
        var duty = Duties.Suspend(live.Count == 0 ? Ids.Root : live[dice.Below(live.Count)]);
        _suspensions.Add(duty);
        Ask(life, duty);
        return duty.Instance;
    }

    /// <summary>Schedules or waits, takes answers, and does what they call for.</summary>
    public void Listen(Life life)
    {
        if (!_isScheduled) Schedule(life);
        else Await(life.Engine.Client);
        foreach (var duty in _duties.ToList()) Listen(life, duty);
        foreach (var suspension in _suspensions.ToList())
        {
            if (suspension.Listen() is not null) CheckSetAside(life, suspension.Instance);
            if (!suspension.IsAsked) EndSuspension(suspension);
        }

        if (_end is not { IsCompleted: true } || !HasFailed || _rewind is not null) return;
        if (!_program.Root.Has(Outcome.Fragile)) return;
        _world.Heal();
        _duties.Add(_rewind = Duties.Rewind());
    }

    /// <summary>The process is gone, and with it all answers.</summary>
    public void LoseTouch()
    {
        (_scheduling, _end) = (null, null);
        foreach (var duty in _duties) duty.Forget();
        foreach (var suspension in _suspensions.ToList()) EndSuspension(suspension);
    }

    /// <summary>A new engine has started: who got no answer from the old one looks what became of it.</summary>
    public void LookAround(Life life)
    {
        foreach (var duty in _duties.Where(duty => duty is { Kind: DutyKind.Kill, IsDone: false })) LookAt(life, duty);
    }

    private void LookAt(Life life, Duty kill)
    {
        if (life.Engine.Core.Reader.Status(kill.Instance) == OrchestrationRuntimeStatus.Terminated) _killed.Add(kill.Instance);
    }

    private bool IsKilled(string instance) => _killed.Any(killed => instance.StartsWith($"{killed}/", StringComparison.Ordinal));

    /// <summary>Who got no answer looks before asking again: what has ended already would be replaced.</summary>
    private void Schedule(Life life)
    {
        if (_scheduling is null && life.Engine.Core.Reader.Status(Ids.Root) is not null)
        {
            _isScheduled = true;
            return;
        }

        _scheduling ??= life.Engine.Client.ScheduleNewOrchestrationInstanceAsync(
            Interpreter.OrchestratorName,
            ExecutionInput.OfRoot,
            new StartOrchestrationOptions { InstanceId = Ids.Root });
        SimulationFailure.Unless(!_scheduling.IsFaulted, $"Scheduling failed: {_scheduling.Exception}");
        _isScheduled = _scheduling.IsCompleted;
    }

    private void Await(DurableClient client)
    {
        _end ??= client.WaitForInstanceCompletionAsync(Ids.Root);
        SimulationFailure.Unless(!_end.IsFaulted, $"Waiting for the end failed: {_end.Exception}");
    }

    private void Listen(Life life, Duty duty)
    {
        var wasAsked = duty.IsAsked;
        if (duty.Listen() is { } token)
        {
            if (duty.Kind == DutyKind.Raise) Acknowledged.Add((duty.Instance, token));
            if (duty == _rewind) _end = null;
            if (duty == _replacement) StartAfresh();
        }
        else if (wasAsked && !duty.IsAsked && duty.Kind == DutyKind.Resume)
        {
            // There is nothing left to resume.
            _duties.Remove(duty);
        }

        // Whether it was killed now or had been before, what it started must end.
        if (wasAsked && !duty.IsAsked && duty.Kind == DutyKind.Kill) LookAt(life, duty);
    }

    /// <summary>Another root has taken the place of the first: what that and its children were given is gone.</summary>
    private void StartAfresh()
    {
        _end = null;
        _killed.Clear();
        Acknowledged.Clear();
        foreach (var duty in _duties.Where(duty => duty.Kind is DutyKind.Raise or DutyKind.Kill or DutyKind.KillAlone)) duty.Undo();
    }

    /// <summary>Who was told that an instance is set aside sees it so, as long as nobody has asked for anything else.</summary>
    private void CheckSetAside(Life life, string instance)
    {
        if (_program.IsReplaced || _duties.Exists(duty => duty.Kind == DutyKind.Resume && duty.Instance == instance)) return;
        var status = life.Engine.Core.Reader.Status(instance);
        SimulationFailure.Unless(
            status == OrchestrationRuntimeStatus.Suspended || status!.Value.IsEnded(),
            $"'{instance}' was set aside, and shows as {status}.");
    }

    /// <summary>Whether or not it was set aside, it goes on from now.</summary>
    private void EndSuspension(Duty suspension)
    {
        _suspensions.Remove(suspension);
        _duties.Add(Duties.Resume(suspension.Instance));
    }
}
