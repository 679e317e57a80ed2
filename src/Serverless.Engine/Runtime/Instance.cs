using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>
/// An instance in memory: an inbox and, once something came, the coroutine. Works through everything in the inbox in one
/// turn, commits it, and only then carries out what was decided.
/// </summary>
internal sealed class Instance(EngineCore engine, string id) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<Delivery> _inbox = [];
    private bool _working;
    private bool _left;
    private DateTimeOffset _lastActive = engine.Now;

    private LoadedInstance? _loaded;
    private ScheduleWrite? _creation;

    public string Id => id;

    /// <summary>Says that nothing is stored yet: there is no history to read.</summary>
    /// <param name="keys">Its place in the tree.</param>
    /// <param name="name">Its orchestrator.</param>
    /// <param name="input">Its input.</param>
    /// <param name="creation">The write that makes its row; null when the parent has made it.</param>
    public void BeFresh(InstanceKeys keys, string name, ReadOnlyMemory<byte> input, ScheduleWrite? creation)
    {
        _creation = creation;
        _loaded = LoadedInstance.Fresh(engine, keys, id, name, input);
        _loaded.Coroutine.OnEscape = Wake;
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

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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

        engine.Instances.Remove(this);
    }

    public async void Execute()
    {
        // async void: the top of the stack; WorkAsync lets nothing out but defects of the engine itself.
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

    private void Wake() => TryPost(default);

    private bool TryTakeAll(ref List<Delivery> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            _lastActive = engine.Now;
            if (_inbox.Count == 0)
            {
                _working = false;
                return false;
            }

            (batch, _inbox) = (_inbox, batch);
            return true;
        }
    }

    /// <returns>False when the instance has ended or does not exist.</returns>
    private async Task<bool> WorkAsync(List<Delivery> batch)
    {
        if (_loaded is null && !TryLoad())
        {
            Leave(batch);
            return false;
        }

        var loaded = _loaded!;
        var round = loaded.Prepare(batch, engine.Now.UtcDateTime);
        if (round.Events.Count == 0 && !loaded.MustRun)
        {
            round.Settle();
            return true;
        }

        var turn = loaded.RunTurn(round, engine.Now.UtcDateTime);
        if (turn.Next is { } next)
        {
            loaded.StartOver(next, round);
            loaded.Coroutine.OnEscape = Wake;
            Wake();
            return true;
        }

        var write = loaded.ToWrite(turn, round);
        await CommitAsync(write);
        if (_creation is { TakenBy: not null })
        {
            Leave(batch);
            return false;
        }

        _creation = null;
        if (turn.Segment.Completion is null)
        {
            loaded.CarryOut(write);
            round.Settle();
            return true;
        }

        loaded.CarryOut(write);
        loaded.Announce(turn.Segment);
        round.Settle();
        Leave([]);
        return false;
    }

    private async Task CommitAsync(TurnWrite write)
    {
        if (_creation is { } creation) write.Precondition = creation;
        await engine.Commits.WriteAsync(write);
    }

    private bool TryLoad()
    {
        _loaded = LoadedInstance.Load(engine, id);
        if (_loaded is null) return false;
        _loaded.Coroutine.OnEscape = Wake;
        _loaded.CarryOutReplayed();
        return true;
    }

    /// <summary>Leaves memory; what is still in the inbox has come too late.</summary>
    private void Leave(List<Delivery> batch)
    {
        lock (_gate)
        {
            _left = true;
            batch = [.. batch, .. _inbox];
            _inbox.Clear();
        }

        engine.Instances.Remove(this);
        foreach (var delivery in batch) delivery.Listener?.Settled(accepted: false);
    }

    private void Abandon(List<Delivery> batch, Exception e)
    {
        // A broken or stopped engine speaks for itself, once, not once an instance.
        if (e is not EngineException { Kind: not EngineErrorKind.Corrupt }) EngineLog.InstanceAbandoned(engine.Log, e, id);
        lock (_gate)
        {
            _left = true;
            batch = [.. batch, .. _inbox];
            _inbox.Clear();
        }

        engine.Instances.Remove(this);
        foreach (var delivery in batch) delivery.Listener?.Failed(e);
    }
}
