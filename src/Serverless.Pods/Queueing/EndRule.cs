using Serverless.Core.Flashpoints;
using Serverless.Core.Results;
using Serverless.Core.Storage;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Ends leases, and with them jobs.</summary>
internal static class EndRule
{
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    public static WorkState Complete(QueueBook book, string pod, CompleteRequest request)
    {
        PodRules.See(book, pod, request.Identity.Session, facts: null);
        if (HeldJobs.EndedBefore(book, pod, request.Lease, EndCall.Complete) is { } before) return before;
        var job = HeldJobs.Take(book, pod, request.Lease);
        if (StoreOutput(book, job, request.Output.Utf8) is { } unusable)
            return End(book, job, EndCall.Complete, JobOutcome.Failed, unusable, WorkFault.Handler);
        book.Pods.AddCompleted.Execute(pod);
        return End(book, job, EndCall.Complete, JobOutcome.Completed, error: null, WorkFault.Unknown);
    }

    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    public static WorkState Fail(QueueBook book, string pod, FailRequest request)
    {
        PodRules.See(book, pod, request.Identity.Session, facts: null);
        if (HeldJobs.EndedBefore(book, pod, request.Lease, EndCall.Fail) is { } before) return before;
        var job = HeldJobs.Take(book, pod, request.Lease);
        var outcome = request.Fault == WorkFault.TimeLimit ? JobOutcome.TimedOut : JobOutcome.Failed;
        return End(book, job, EndCall.Fail, outcome, Texts.Cut(request.Error), request.Fault);
    }

    /// <returns>Where the job stands, and the job if it came back now.</returns>
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    public static (WorkState State, ReturnedJob? Returned) Release(QueueBook book, string pod, ReleaseRequest request)
    {
        PodRules.See(book, pod, request.Identity.Session, facts: null);
        if (request.Notice is not null) PodRules.Notice(book, pod, request.Notice);
        if (HeldJobs.EndedBefore(book, pod, request.Lease, EndCall.Release) is { } before) return (before, null);
        var job = HeldJobs.Take(book, pod, request.Lease);
        var reason = $"given back by {pod}: {Texts.Cut(request.Text) ?? InWords(request.Reason)}";
        var returned = ReturnRule.Uncounted(book, job, reason, Texts.ToJson(request.Checkpoint));
        book.Note(pod, PodEventKind.Released, job.Id, reason);
        book.Jobs.InsertEnd.Execute(job.Key, job.Token, (int)EndCall.Release, (int)returned.State);
        return (returned.State, returned);
    }

    /// <summary>Nobody wants the job any more. One that has ended or is unknown is left as it is.</summary>
    public static void Cancel(QueueBook book, string id)
    {
        if (book.Find(id) is { State: WorkState.Queued or WorkState.Running } job)
            End(book, job, JobOutcome.Cancelled, "the job was cancelled", WorkFault.Unknown);
    }

    /// <summary>Ends a job. Its results stay until they are taken.</summary>
    public static void End(QueueBook book, JobRow job, JobOutcome outcome, string? error, WorkFault fault)
    {
        var state = outcome == JobOutcome.Completed ? WorkState.Completed : WorkState.Failed;
        book.Jobs.End.Execute(job.Key, (int)state, (int)outcome, book.Now, book.HeldBy(job), error, (int)fault);
        book.Jobs.DeleteInput.Execute(job.Key);
        if (job.State == WorkState.Queued) book.CountQueued(-1);
        book.Forget(job.Key);
        book.ForgetMap(job.Key);
    }

    private static WorkState End(QueueBook book, JobRow job, EndCall call, JobOutcome outcome, string? error, WorkFault fault)
    {
        End(book, job, outcome, error, fault);
        var state = outcome == JobOutcome.Completed ? WorkState.Completed : WorkState.Failed;
        book.Jobs.InsertEnd.Execute(job.Key, job.Token, (int)call, (int)state);
        return state;
    }

    /// <summary>Gives what the handler returned to the flashpoints that the lease was about.</summary>
    /// <returns>Why that cannot be; null when it can, or there was nothing to give.</returns>
    private static string? StoreOutput(QueueBook book, JobRow job, ReadOnlyMemory<byte> output)
    {
        if (output.IsEmpty || job.Done == job.Flashpoints) return null;
        var map = book.MapOf(job.Key);
        var before = book.AnsweredOf(job.Key, job.GrantedSeq);
        var given = Enumerable.Range(0, map.Count).Where(ordinal => !before.Contains(ordinal))
            .Select(ordinal => new ChunkEntry(ordinal, new Flashpoint(map.IdOf(ordinal), 0, default)))
            .ToList();
        var match = JobOutput.Match(output, given);
        if (!match.IsUsable) return $"the job completed without a usable output: {match.Unusable}";
        ResultsRule.Store(book, job, match.Checkpoints.Select(checkpoint => (checkpoint.Id, OutputText.Of(checkpoint))));
        return null;
    }

    private static string InWords(ReleaseReason reason) => reason switch
    {
        ReleaseReason.Interruption => "the provider takes the machine",
        ReleaseReason.Told => "the host said so",
        ReleaseReason.Shutdown => "the agent was stopped",
        _ => "there is no worker",
    };
}
