namespace Serverless.Agent.Tests;

/// <summary>Lines that come, and tests that wait for one.</summary>
internal sealed class SignalledLines
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    public void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Completes once there is such a line.</summary>
    public async Task WhenAny(Func<string, bool> isOne)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_lines.Exists(line => isOne(line))) return;
                changed = _changed.Task;
            }

            await changed;
        }
    }
}
