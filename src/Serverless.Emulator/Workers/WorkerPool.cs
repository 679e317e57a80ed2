using System.Diagnostics.CodeAnalysis;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Jobs;
using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Workers;

/// <summary>
/// The endpoint's workers: started on demand up to a maximum, slow to start, ended when idle. Guarded by the endpoint's
/// lock.
/// </summary>
internal sealed class WorkerPool(
    EmulatorOptions options, AlarmClock alarms, IdSource ids, FaultDice faults, Lock gate, ILogger logger)
{
    private readonly List<Worker> _idle = [];

    public int Starting { get; private set; }

    public int Idle => _idle.Count;

    public int Busy { get; private set; }

    /// <summary>Workers that the platform has no machine for.</summary>
    public int Throttled { get; private set; }

    /// <summary>Workers that died before they could take a job.</summary>
    public int Unhealthy { get; private set; }

    /// <summary>Whether the endpoint's workers were set to none.</summary>
    public bool IsDormant { get; private set; }

    private int Total => Starting + Idle + Busy + Throttled + Unhealthy;

    private int Max => IsDormant ? 0 : options.WorkersMax;

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
        if (ends || IsDormant) logger.WorkerStopped(worker.Id);
        else Rest(worker);
    }

    /// <summary>Starts what workers are missing.</summary>
    /// <param name="demand">How many jobs wait for a worker.</param>
    /// <returns>True when a worker is idle now that was not there before.</returns>
    public bool Grow(int demand)
    {
        var before = Idle;
        while (Total < Max && (Total < options.WorkersMin || Starting + Idle < demand)) StartWorker();
        return Idle > before;
    }

    /// <summary>Sets the workers to none: those that hold a job finish it, the others end.</summary>
    public void FallAsleep()
    {
        IsDormant = true;
        foreach (var worker in _idle)
        {
            worker.IdleAlarm?.Drop();
            logger.WorkerStopped(worker.Id);
        }

        _idle.Clear();
    }

    /// <summary>Sets the workers back.</summary>
    public void Wake() => IsDormant = false;

    private void StartWorker()
    {
        var worker = new Worker(ids.NextWorkerId());
        if (faults.Strikes(worker.Id) is { } fault)
        {
            KeepOut(fault.Kind.Kind == FaultKind.WorkerThrottled, fault.Delay!.Value);
            return;
        }

        if (options.ColdStart == TimeSpan.Zero)
        {
            Rest(worker);
            return;
        }

        Starting++;
        alarms.Set(alarms.Now + options.ColdStart, () => ComeUp(worker));
    }

    /// <summary>The worker takes its place among those that are allowed, and does nothing there.</summary>
    private void KeepOut(bool isThrottled, TimeSpan duration)
    {
        if (isThrottled) Throttled++;
        else Unhealthy++;
        alarms.Set(alarms.Now + duration, () =>
        {
            lock (gate)
            {
                if (isThrottled) Throttled--;
                else Unhealthy--;
                Ready();
            }
        });
    }

    private void ComeUp(Worker worker)
    {
        lock (gate)
        {
            Starting--;
            if (IsDormant) logger.WorkerStopped(worker.Id);
            else Rest(worker);
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
