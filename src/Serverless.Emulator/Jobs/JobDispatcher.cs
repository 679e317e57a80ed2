using System.Text.Json;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Timing;
using Serverless.Emulator.Webhooks;
using Serverless.Emulator.Workers;
using Serverless.Workers;

namespace Serverless.Emulator.Jobs;

/// <summary>Brings jobs and workers together, and jobs to their end. Guarded by the endpoint's lock.</summary>
internal sealed class JobDispatcher
{
    private readonly EmulatorParts _parts;
    private readonly JobTable _table;
    private readonly JobQueue _queue;
    private readonly Lock _gate;
    private readonly AlarmClock _alarms;

    public JobDispatcher(EmulatorParts parts, JobTable table, JobQueue queue, IdSource ids, Lock gate)
    {
        (_parts, _table, _queue, _gate, _alarms) = (parts, table, queue, gate, parts.Alarms);
        Pool = new WorkerPool(parts.Options, parts.Alarms, ids, parts.Faults, gate, parts.Logger) { Ready = Dispatch };
    }

    public WorkerPool Pool { get; }

    /// <summary>Gives waiting jobs to workers, and starts workers for those that go on waiting.</summary>
    public void Dispatch()
    {
        do
        {
            while (_queue.First is { } job && Pool.TryTake(out var worker)) Start(job, worker);
        }
        while (Pool.Grow(_queue.Demand));
    }

    public void Cancel(Job job)
    {
        _queue.Remove(job);
        job.Execution?.Stop();
        Finish(job, known => known with { Status = JobStatus.Cancelled, WorkerId = null });
    }

    private void Start(Job job, Worker worker)
    {
        _queue.Remove(job);
        var execution = new Execution(job, worker, job.Input, _parts.Background.Stopping);
        job.PickUp(execution, _alarms.Now);
        job.ExecutionAlarm = _alarms.Set(_alarms.Now + job.ExecutionTimeout, () => TimeOut(execution));
        _parts.Statistics.ExecutionStarted();
        _parts.Logger.JobMoved(job.Id, job.Status);
        execution.ReportsProgress = _parts.Faults.Strikes(FaultKind.Progress, job) is not null;
        if (execution.ReportsProgress) job.Report(ProgressText.Of(0));
        _parts.Background.Start(() => RunAsync(execution));
    }

    private async Task RunAsync(Execution execution)
    {
        await using (execution)
        {
            var outcome = await _parts.Runner.RunAsync(execution, value => Emit(execution, value));
            lock (_gate) End(execution, outcome);
        }
    }

    private void End(Execution execution, JobOutcome outcome)
    {
        _parts.Statistics.ExecutionEnded();

        // A handler that was told to stop because the emulator goes has not failed.
        if (_parts.Background.Stopping.IsCancellationRequested) return;
        Pool.Return(execution.Worker, outcome.RefreshWorker || outcome.LostBecause is not null);
        if (execution.IsCurrent) Settle(execution, outcome);
        Dispatch();
    }

    private void Settle(Execution execution, JobOutcome outcome)
    {
        var job = execution.Job;
        if (outcome.LostBecause is { } reason)
        {
            _parts.Logger.WorkerLost(execution.Worker.Id, job.Id, reason);
            DispatchAgain(job);
        }
        else if (_parts.Faults.Strikes(FaultKind.Vanish, job) is not null)
        {
            _table.Remove(job);
        }
        else if (outcome.Error is { } error)
        {
            Finish(job, known => known with { Status = JobStatus.Failed, Error = error, Output = outcome.Output });
        }
        else
        {
            var output = IsLost(job, outcome.Output) ? null : outcome.Output;
            Finish(job, known => known with { Status = JobStatus.Completed, Output = output });
            if (_parts.Faults.Strikes(FaultKind.LateProgress, job) is { } late) ReportLate(job, late.Delay);
        }
    }

    /// <summary>The worker library reports progress from a thread of its own, which the result may overtake.</summary>
    private void ReportLate(Job job, TimeSpan? delay)
    {
        if (delay is not { } wait || wait == TimeSpan.Zero) ReportNow();
        else _alarms.Set(_alarms.Now + wait, () =>
        {
            lock (_gate) ReportNow();
        });

        void ReportNow()
        {
            if (!_table.Contains(job)) return;
            job.Report(ProgressText.Of(job.Traits.Flashpoints));
            _table.SetExpiry(job);
        }
    }

    /// <summary>Too big a result is refused by the platform, and the job ends without it.</summary>
    private bool IsLost(Job job, ReadOnlyMemory<byte>? output) =>
        output?.Length > _parts.Options.ResultLimit || _parts.Faults.Strikes(FaultKind.NoOutput, job) is not null;

    private void DispatchAgain(Job job)
    {
        if (job.Redispatches < _parts.Options.MaxRedispatches)
        {
            job.Redispatch(_alarms.Now);
            _queue.AddFirst(job);
            return;
        }

        var error = $"job timed out after {job.Redispatches} retries";
        Finish(job, known => known with { Status = JobStatus.Failed, Error = error });
    }

    private void TimeOut(Execution execution)
    {
        lock (_gate)
        {
            if (!execution.IsCurrent) return;
            execution.Stop();
            Finish(execution.Job, known => known with
            {
                Status = _parts.Options.ReportTimedOut ? JobStatus.TimedOut : JobStatus.Failed,
                Error = "executionTimeout exceeded",

                // Not shown by the cloud in this case.
                DelayTime = null,
                WorkerId = null,
            });
        }
    }

    private void Finish(Job job, Func<JobView, JobView> shape)
    {
        var input = job.Input;
        job.Finish(_alarms.Now, shape);
        _table.SetExpiry(job);
        _parts.Logger.JobMoved(job.Id, job.Status);

        if (job.Webhook is not { } url || !IsReported(job.Status)) return;
        if (_parts.Faults.Strikes(FaultKind.WebhookNever, job) is not null) return;
        var delivery = new WebhookDelivery(url, job.View(), input)
        {
            Times = _parts.Faults.Strikes(FaultKind.WebhookTwice, job) is not null ? 2 : 1,
            Delay = _parts.Faults.Strikes(FaultKind.WebhookLate, job)?.Delay ?? TimeSpan.Zero,
        };
        _parts.Background.Start(() => _parts.Webhooks.DeliverAsync(delivery));
    }

    /// <summary>Nobody has seen the cloud report a cancelled job, so nobody may count on it.</summary>
    private bool IsReported(JobStatus status) => status != JobStatus.Cancelled || _parts.Options.WebhookOnCancel;

    private ValueTask Emit(Execution execution, JsonElement value)
    {
        var bytes = HandlerAnswer.BytesOf(value);
        lock (_gate)
        {
            if (!execution.IsCurrent) throw new OperationCanceledException(execution.Token);
            execution.Emitted ??= [];
            if (HandlerAnswer.ErrorOfEmitted(value) is { } error)
            {
                // RunPod's worker library takes it for the generator's own error and stops there.
                execution.Stop();
                Finish(execution.Job, known => known with { Status = JobStatus.Failed, Error = error });
                throw new OperationCanceledException(execution.Token);
            }

            if (_parts.Options.ReturnAggregateStream) execution.Emitted.Add(bytes);
            execution.Job.AddToStream(HandlerAnswer.ChunksOf(bytes));
            execution.EmittedCount++;
            if (execution.ReportsProgress) execution.Job.Report(ProgressText.Of(execution.EmittedCount));
            if (execution.EmittedCount == execution.DiesAfter) throw new WorkerCrashedException("a fault");
        }

        return ValueTask.CompletedTask;
    }
}
