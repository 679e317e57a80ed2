using Serverless.Agent.Processes;

namespace Serverless.Agent.Tests.Supervision;

/// <summary>Workers that do what a test says.</summary>
internal sealed class FakeProcesses : IWorkerProcesses
{
    private readonly SignalledLines _starts = new();
    private readonly List<FakeWorker> _workers = [];

    /// <summary>All that were started.</summary>
    public IReadOnlyList<FakeWorker> Workers
    {
        get
        {
            lock (_workers) return [.. _workers];
        }
    }

    /// <summary>Whether starting one fails.</summary>
    public bool CannotStart { get; set; }

    public int Zombies { get; set; }

    public IWorkerProcess Start(WorkerStart start)
    {
        if (CannotStart) throw new WorkerStartException("no such program");
        lock (_workers)
        {
            var worker = new FakeWorker(_workers.Count + 1);
            _workers.Add(worker);
            _starts.Add("started");
            return worker;
        }
    }

    public int ReapZombies()
    {
        var zombies = Zombies;
        Zombies = 0;
        return zombies;
    }

    /// <summary>The n-th worker, once it was started.</summary>
    public async Task<FakeWorker> WhenStarted(int number)
    {
        await _starts.WhenAny(_ => Workers.Count >= number).WaitAsync(TimeSpan.FromSeconds(60));
        return Workers[number - 1];
    }
}

/// <summary>One of them.</summary>
internal sealed class FakeWorker(int id) : IWorkerProcess
{
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => id;

    public Task<int> Ended => _ended.Task;

    public bool IsZombie { get; set; }

    public bool IsAnyLeft => !_ended.Task.IsCompleted;

    public DateTimeOffset? LastOutputAt { get; set; }

    /// <summary>What it was sent.</summary>
    public SignalledLines Signals { get; } = new();

    /// <summary>Whether it ends when it is asked to.</summary>
    public bool Obeys { get; set; } = true;

    public void End(int code) => _ended.TrySetResult(code);

    public void Terminate()
    {
        Signals.Add("TERM");
        if (Obeys) End(143);
    }

    public void Kill()
    {
        if (!_ended.Task.IsCompleted) Signals.Add("KILL");
        End(137);
    }

    public void Dispose()
    {
    }
}
