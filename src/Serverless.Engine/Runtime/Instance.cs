using Serverless.Engine.History;

namespace Serverless.Engine.Runtime;

/// <summary>
/// An instance in memory: an inbox and, once something came, the coroutine. Works through everything in the inbox in one
/// turn, commits it, and only then carries out what was decided.
/// </summary>
internal sealed class Instance : IThreadPoolWorkItem
{
    private readonly EngineCore _engine;
    private readonly Birth? _birth;
    private readonly Lock _gate = new();
    private List<Delivery> _inbox = [];
    private bool _working;
    private bool _left;
    private DateTimeOffset _lastActive;

    private LoadedInstance? _loaded;
    private Round? _round;

    /// <summary>One that is stored, or of which nobody knows.</summary>
    public Instance(EngineCore engine, string id)
    {
        _engine = engine;
        Id = id;
        _lastActive = engine.Now;
    }

    /// <summary>One that begins with <see cref="Begin"/> and takes deliveries already.</summary>
    public Instance(EngineCore engine, string id, Birth birth)
        : this(engine, id)
    {
        _birth = birth;
        _inbox.Add(new Delivery(null, birth.Begun));
        _working = true;
    }

    public string Id { get; }

    public void Begin()
    {
        _engine.BeginWork();
        _engine.Work.Queue(this);
    }

    /// <summary>Takes a delivery, unless this object has left memory.</summary>
    public bool TryPost(in Delivery delivery)
    {
        lock (_gate)
        {
            if (_left) return false;
            _inbox.Add(delivery);
            if (_working) return true;
            _working = true;
        }

        Begin();
        return true;
    }

    /// <summary>Leaves memory if nothing has come since <paramref name="instant"/> and nothing runs here.</summary>
    public void LeaveIfIdleSince(DateTimeOffset instant)
    {
        lock (_gate)
        {
            if (_working || _left || _inbox.Count > 0 || _lastActive > instant) return;
            if (_loaded is { Coroutine.OpenActivities: > 0 }) return;
            _left = true;
        }

        _engine.Instances.Remove(this);
    }

    public async void Execute()
    {
        // async void: the top of the stack; WorkAsync lets nothing out but defects of the engine itself.
        await WorkThroughAsync();
        _engine.EndWork();
    }

    private async Task WorkThroughAsync()
    {
        var batch = new List<Delivery>();
        while (TryTakeAll(ref batch))
        {
            try
            {
                if (!await WorkAsync(batch)) return;
            }
            catch (Exception e)
            {
                Abandon(batch, e);
                return;
            }
        }
    }

    private bool TryTakeAll(ref List<Delivery> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            _lastActive = _engine.Now;
            if (_inbox.Count == 0)
            {
                _working = false;
                return false;
            }

            (batch, _inbox) = (_inbox, batch);
            return true;
        }
    }

    /// <returns>False when the instance has left memory.</returns>
    private async Task<bool> WorkAsync(List<Delivery> batch)
    {
        if (_loaded is null && !TryLoad(batch))
        {
            Leave();
            foreach (var delivery in batch) delivery.Listener?.Settled(accepted: false);
            return false;
        }

        var loaded = _loaded!;
        var round = _round = loaded.Prepare(batch, _engine.Now.UtcDateTime);
        batch.Clear();
        if (round.Events.Count == 0 && !loaded.MustRun)
        {
            loaded.TakeUpReplayed();
            round.Settle();
            return true;
        }

        var turn = loaded.RunTurn(round, _engine.Now.UtcDateTime);
        if (turn.Next is { } next)
        {
            // Nothing is written until it waits for something, so a loop without an end would outlive the engine.
            _engine.ThrowIfStopping();
            loaded.StartOver(next, turn, round);
            Wake();
            return true;
        }

        return await CommitAsync(loaded, loaded.ToWrite(turn, round), round);
    }

    private async Task<bool> CommitAsync(LoadedInstance loaded, TurnWrite write, Round round)
    {
        await _engine.Commits.WriteAsync(write);
        if (write.IsSuperseded)
        {
            GiveBack(round.TakeAll());
            return false;
        }

        loaded.CarryOut(write);
        var goesOn = write.Turn.Segment.Completion is null;
        if (!goesOn) loaded.Announce(write.Turn.Segment);
        round.Settle();
        if (!goesOn) Leave();
        return goesOn;
    }

    private bool TryLoad(List<Delivery> batch)
    {
        try
        {
            _loaded = _birth is null ? InstanceLoader.Load(_engine, Id) : InstanceLoader.Fresh(_engine, Id, _birth);
        }
        catch (Exception) when (batch.Exists(delivery => delivery.Event is ExecutionTerminated))
        {
            // Damaged, or of an orchestrator that is gone: it cannot go on, but it can be ended.
            _loaded = InstanceLoader.LoadWithoutHistory(_engine, Id);
        }

        if (_loaded is null) return false;
        _loaded.OnEscape = Wake;
        return true;
    }

    private void Wake() => TryPost(default);

    /// <summary>
    /// Leaves memory. What came since the last look into the inbox is posted afresh, for it may be meant for an instance
    /// that has got this id in the meantime.
    /// </summary>
    private void Leave() => GiveBack([]);

    /// <summary>Leaves memory and hands on what it was given: this object is not, or no longer, who has the id.</summary>
    private void GiveBack(List<Delivery> untaken)
    {
        untaken.AddRange(CloseInbox());
        foreach (var delivery in untaken)
        {
            if (delivery.Listener is { } listener && listener == _birth?.Begun) listener.Settled(accepted: false);
            else _engine.Instances.Post(Id, delivery);
        }
    }

    private void Abandon(List<Delivery> batch, Exception e)
    {
        _engine.GiveUp(Id, e);
        List<Delivery> untold = [.. _round?.TakeAll() ?? [], .. batch, .. CloseInbox()];
        foreach (var delivery in untold) delivery.Listener?.Failed(e);
    }

    private List<Delivery> CloseInbox()
    {
        List<Delivery> late;
        lock (_gate)
        {
            _left = true;
            (late, _inbox) = (_inbox, []);
        }

        _engine.Instances.Remove(this);
        return late;
    }
}
