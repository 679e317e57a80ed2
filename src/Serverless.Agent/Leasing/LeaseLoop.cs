using Microsoft.Extensions.Logging;
using Serverless.Agent.Alerting;
using Serverless.Agent.Supervision;
using Serverless.Core.Storage;
using Serverless.Protocol;
using Serverless.Workers;

namespace Serverless.Agent.Leasing;

/// <summary>Takes jobs from the coordinator for as long as more are wanted.</summary>
internal sealed class LeaseLoop(
    AgentOptions options, AgentParts parts, PodBoard board, CoordinatorClient coordinator, StopOrder stop, IAlerts? alerts,
    IObjectStore? checkpoints, ILogger logger)
{
    private const double WaitSeconds = 30;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly List<Task> _running = [];
    private bool _hasAsked;
    private TaskCompletionSource _person = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A person has looked: jobs may be taken again.</summary>
    public void Allow()
    {
        board.Crashes.Reset();
        board.Limit = null;
        alerts?.Recovered();
        _person.TrySetResult();
    }

    /// <summary>Takes jobs until no more are wanted, and then waits for those that are held.</summary>
    /// <param name="handlerOf">What works on a job.</param>
    /// <param name="isReady">Whether the worker can take one.</param>
    public async Task RunAsync(Func<WorkLease, IReadOnlyDictionary<string, string>, IWorkerHandler> handlerOf, Func<bool> isReady)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(board.Full, stop.Given);
        using var hearingOut = new HearingOut(board, stop, parts.Clock);
        try
        {
            await SendLeftAsync(hearingOut.Over);
            await TakeAllAsync(handlerOf, isReady, enough.Token, hearingOut.Over);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // No more are wanted.
        }

        await Task.WhenAll(_running);
    }

    private async Task TakeAllAsync(
        Func<WorkLease, IReadOnlyDictionary<string, string>, IWorkerHandler> handlerOf, Func<bool> isReady, CancellationToken enough,
        CancellationToken heardOut)
    {
        try
        {
            while (true)
            {
                await WhenReadyAsync(isReady, enough);
                foreach (var lease in await LeaseAsync(enough, heardOut)) Take(lease, handlerOf);
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !_hasAsked)
        {
            // Asked once all the same: what an earlier start of the agent was lent, and nobody here remembers, is queued again by that,
            // and not only when its lease runs out.
            foreach (var lease in await LeaseAsync(enough, heardOut)) Take(lease, handlerOf);
        }
    }

    /// <summary>A free slot, a worker that lives, and not too many deaths.</summary>
    private async Task WhenReadyAsync(Func<bool> isReady, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _running.RemoveAll(task => task.IsCompletedSuccessfully);
            if (_running.Find(task => task.IsFaulted) is { } failed) await failed;
            if (board.HasGivenUp) await _person.Task.WaitAsync(cancellationToken);
            if (_running.Count >= options.Jobs) await Task.WhenAny(_running).WaitAsync(cancellationToken);
            else if (isReady()) return;
            else await Task.Delay(LookInterval, parts.Clock, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<WorkLease>> LeaseAsync(CancellationToken enough, CancellationToken heardOut)
    {
        var request = new LeaseRequest
        {
            Identity = board.Identity,
            RequestId = parts.NewId(),
            MaxJobs = options.Jobs - _running.Count,
            WaitSeconds = WaitSeconds,
            Holding = [.. board.Jobs.Select(job => job.Lease.Lease)],
            Facts = board.Facts(),
        };
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var call = board.BeginCall();
            var result = await coordinator.CallAsync(WorkCalls.Lease, request, heardOut, TimeSpan.FromSeconds(WaitSeconds));
            board.Tell(call, result.Outcome == CallOutcome.Refused ? CallOutcome.Fatal : result.Outcome, result.Reason);
            if (result.Reply is { } reply)
            {
                _hasAsked = true;
                board.Obey(reply.Command);
                if (reply.Leases.Count == 0 && reply.RetryAfterSeconds > 0)
                    await Task.Delay(TimeSpan.FromSeconds(reply.RetryAfterSeconds), parts.Clock, enough);
                return reply.Leases;
            }

            await Task.Delay(result.RetryAfter ?? pause, parts.Clock, heardOut);
        }
    }

    private void Take(WorkLease lease, Func<WorkLease, IReadOnlyDictionary<string, string>, IWorkerHandler> handlerOf)
    {
        var kept = options.Checkpoints is not { } kind || checkpoints is null
            ? null
            : new JobCheckpoints(kind, checkpoints, options.CheckpointPlace, lease.Lease, parts.Clock, logger);
        var job = new HeldJob(lease, OutboxOf(lease.Lease), kept, board, stop, SilenceLimit, parts.Clock, logger);
        board.Add(job);
        logger.Taken(lease.Lease.Job, lease.Attempt, job.FlashpointCount);
        _running.Add(RunAsync(job, environment => handlerOf(lease, environment)));
    }

    private TimeSpan? SilenceLimit => options.Supervision.WatchesOutput ? options.Supervision.Watchdog.DeadAfter : null;

    private async Task RunAsync(HeldJob job, Func<IReadOnlyDictionary<string, string>, IWorkerHandler> handlerOf)
    {
        using (job)
        {
            // Not before the heartbeats and the loop can see it.
            await Task.Yield();
            var hasCrashed = await job.RunAsync(handlerOf);
            board.Remove(job);
            if (hasCrashed) await CrashedAsync();
        }
    }

    /// <summary>A worker that dies under each job would use up the attempts of all.</summary>
    private async Task CrashedAsync()
    {
        if (options.Serve.Count > 0 || board.HasGivenUp) return;
        if (board.Crashes.WasQuiet) alerts?.Recovered();
        if (board.Crashes.TryTake() is { } pause)
        {
            AgentInstruments.Restarted(EndReason.Exited);
            await Task.Delay(pause, parts.Clock, stop.Given).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        _person = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var limit = new RestartLimit
        {
            Restarts = board.Crashes.Recent.Count,
            Reason = "Workers died under one job after another, and no more are taken",
        };
        board.Limit = limit; // From now on a person may answer.
        AgentInstruments.RestartRefused();
        var text = $"Restart limit reached: workers died under more than {options.Supervision.Watchdog.MaxRestartsPerHour} jobs within an "
            + "hour. No job is taken until a person says so";
        alerts?.GaveUp(limit.Restarts, limit.Reason);
        logger.GivenUp(text);
    }

    /// <summary>What an agent that died here has not sent. Its jobs are held until it is, and then forgotten.</summary>
    private async Task SendLeftAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(OutboxRoot)) return;
        foreach (var folder in Directory.GetDirectories(OutboxRoot).Order(StringComparer.Ordinal))
        {
            var files = new OutboxFolder(folder, logger);
            if (files.Read() is { } left)
            {
                if (left.Entries.Count > 0) logger.Left(left.Entries.Count, left.Lease.Job);
                using var outbox = new Outbox(left.Lease, files, coordinator, () => board.Identity, parts.Clock, logger);
                outbox.Restore(left);
                if (await outbox.SendAsync(untilEmpty: true, cancellationToken) == CallOutcome.Fatal) return;
            }

            files.TryDelete();
        }
    }

    private string OutboxRoot => Path.Combine(options.FolderOf(board.Identity.Pod), "outbox");

    private Outbox OutboxOf(LeaseId lease)
    {
        var folder = new OutboxFolder(Path.Combine(OutboxRoot, AgentOptions.FileName($"{lease.Job}-{lease.Token}")), logger);
        return new Outbox(lease, folder, coordinator, () => board.Identity, parts.Clock, logger)
        {
            Receipts = options.WorkerCommand is null ? null : ReceiptPipe.TryCreate(),
        };
    }
}
