namespace Serverless.Engine.Replay;

/// <summary>
/// Where an orchestrator's continuations run: on the thread of the turn, one after the other, and nowhere else. What
/// arrives from another thread shows that the orchestrator awaited something that is not durable.
/// </summary>
internal sealed class TurnScheduler : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private int _turnThread;
    private Action? _onEscape;

    /// <summary>Set once something resumed the orchestrator from outside a turn.</summary>
    public bool Escaped { get; private set; }

    /// <summary>What a callback threw: only an <c>async void</c> method of the orchestrator can.</summary>
    public Exception? Unhandled { get; private set; }

    /// <summary>Called when <see cref="Escaped"/> is set.</summary>
    public Action? OnEscape
    {
        get => _onEscape;
        set
        {
            _onEscape = value;

            // Whoever sets this looks at Escaped next; whoever escapes sets Escaped and looks at this.
            Interlocked.MemoryBarrier();
        }
    }

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
        Interlocked.MemoryBarrier();
        OnEscape?.Invoke();
    }

    /// <summary>Gives a task that a token cancels, within a turn.</summary>
    /// <param name="task">What is awaited.</param>
    /// <param name="forget">Called before it is cancelled.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<T> AwaitCancellable<T>(
        TaskCompletionSource<T> task, Action forget, CancellationToken cancellationToken)
    {
        void Cancel()
        {
            if (task.Task.IsCompleted) return;
            if (!IsTurnThread)
            {
                // A token with a timeout of its own: cancelled when no replay will cancel it.
                Escape();
                return;
            }

            forget();
            task.TrySetCanceled(cancellationToken);
        }

        // Unless disposed a long-lived token would collect one registration per await.
        using (cancellationToken.Register(Cancel)) return await task.Task;
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
        catch (Exception e)
        {
            Unhandled ??= e;
            _ready.Clear();
        }
        finally
        {
            _turnThread = 0;
            SetSynchronizationContext(before);
        }
    }
}
