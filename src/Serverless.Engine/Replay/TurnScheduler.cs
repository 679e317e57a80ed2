namespace Serverless.Engine.Replay;

/// <summary>
/// Where an orchestrator's continuations run: on the thread of the turn, one after the other, and nowhere else. What
/// arrives from another thread shows that the orchestrator awaited something that is not durable.
/// </summary>
internal sealed class TurnScheduler : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private int _turnThread;

    /// <summary>Set once something resumed the orchestrator from outside a turn.</summary>
    public bool Escaped { get; private set; }

    /// <summary>Called when <see cref="Escaped"/> is set outside a turn.</summary>
    public Action? OnEscape { get; set; }

    public bool IsTurnThread => _turnThread == Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsTurnThread)
        {
            _ready.Enqueue((d, state));
            return;
        }

        Escape();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!IsTurnThread) Escape();
        else d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Notes that the orchestrator ran where it must not.</summary>
    public void Escape()
    {
        Escaped = true;
        OnEscape?.Invoke();
    }

    /// <summary>Runs an action and all continuations that it makes ready.</summary>
    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        _turnThread = Environment.CurrentManagedThreadId;
        try
        {
            action();
            while (_ready.TryDequeue(out var next)) next.Callback(next.State);
        }
        finally
        {
            _turnThread = 0;
            SetSynchronizationContext(before);
        }
    }
}
