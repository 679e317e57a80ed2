using Serverless.Engine.Runtime;

namespace Serverless.Simulation.Running;

/// <summary>All work of one engine, to be executed piece by piece in whatever order. What comes after the engine has died
/// is dropped.</summary>
internal sealed class OneThread : SynchronizationContext, IWorkScheduler
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _dead;

    public int Ready => _ready.Count;

    public override void Post(SendOrPostCallback d, object? state)
    {
        SimulationFailure.Unless(Environment.CurrentManagedThreadId == _thread, "Work came from another thread.");
        if (!_dead) _ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    public void Queue(IThreadPoolWorkItem work) => Post(static item => ((IThreadPoolWorkItem)item!).Execute(), work);

    public string Describe(int index) => $"{_ready[index].State}";

    public void Execute(int index)
    {
        var (callback, state) = _ready[index];
        _ready.RemoveAt(index);
        callback(state);
    }

    public void Die()
    {
        _dead = true;
        _ready.Clear();
    }
}
