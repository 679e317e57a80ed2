using System.Diagnostics.CodeAnalysis;
using Serverless.Emulator.Jobs;
using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Workers;

/// <summary>
/// The endpoint's workers: started on demand up to a maximum, slow to start, ended when idle. Guarded by the endpoint's
/// lock.
/// </summary>
internal sealed class WorkerPool(EmulatorOptions options, AlarmClock alarms, IdSource ids, Lock gate, ILogger logger)
{
    private readonly List<Worker> _idle = [];

    public int Starting { get; private set; }

    public int Idle => _idle.Count;

    public int Busy { get; private set; }

    private int Total => Starting + Idle + Busy;

    /// <summary>Called with the lock held when a worker has come up by itself.</summary>
    public required Action Ready { get; init; }

    /// <summary>Takes an idle worker, the one that was busy last: so the others can end.</summary>
    public bool TryTake([NotNullWhen(true)] out Worker? worker)
    {
        worker = _idle.LastOrDefault();
        if (worker is null) return false;
        _idle.RemoveAt(_idle.Count - 1);
        worker.IdleAlarm?.Drop();
        Busy++;
        return true;
    }

    /// <summary>Gives a worker back, to go on or to end.</summary>
    public void Return(Worker worker, bool ends)
    {
        Busy--;
        if (ends) logger.WorkerStopped(worker.Id);
        else Rest(worker);
    }

    /// <summary>Starts what workers are missing.</summary>
    /// <param name="demand">How many jobs wait for a worker.</param>
    /// <returns>True when a worker is idle now that was not there before.</returns>
    public bool Grow(int demand)
    {
        var before = Idle;
        while (Total < options.WorkersMax && (Total < options.WorkersMin || Starting + Idle < demand)) StartWorker();
        return Idle > before;
    }

    private void StartWorker()
    {
        var worker = new Worker(ids.NextWorkerId());
        if (options.ColdStart == TimeSpan.Zero)
        {
            Rest(worker);
            return;
        }

        Starting++;
        alarms.Set(alarms.Now + options.ColdStart, () => ComeUp(worker));
    }

    private void ComeUp(Worker worker)
    {
        lock (gate)
        {
            Starting--;
            Rest(worker);
            Ready();
        }
    }

    private void Rest(Worker worker)
    {
        logger.WorkerReady(worker.Id);
        _idle.Add(worker);
        worker.IdleAlarm = alarms.Set(alarms.Now + options.IdleTimeout, () => EndIdle(worker));
    }

    private void EndIdle(Worker worker)
    {
        lock (gate)
        {
            if (Total <= options.WorkersMin || !_idle.Remove(worker)) return;
            logger.WorkerStopped(worker.Id);
        }
    }
}
