using System.Text.Json;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Takes a sign of life.</summary>
internal static class HeartbeatRule
{
    /// <exception cref="WorkRefusedException">A later start of the agent has called already.</exception>
    public static HeartbeatReply Apply(QueueBook book, string pod, HeartbeatRequest request)
    {
        PodRules.See(book, pod, request.Identity.Session, request.Facts);
        PodRules.Notice(book, pod, request.Notice);
        return new HeartbeatReply
        {
            Command = PodRules.CommandFor(book, pod),
            Jobs = [.. request.Jobs.Select(job => Apply(book, pod, job))],
        };
    }

    private static JobOrder Apply(QueueBook book, string pod, JobProgress progress)
    {
        var job = book.Find(progress.Lease.Job);
        if (HeldJobs.WhyNot(book, job, pod, progress.Lease) is { } reason)
            return new JobOrder { Lease = progress.Lease, Command = WorkCommand.Stop, LeaseSeconds = 0, Reason = reason };
        job = HeldJobs.Take(book, pod, progress.Lease);
        book.Hear(job.Key);
        book.Jobs.Progress.Execute(
            job.Key, book.Now, progress.Done, Texts.Cut(progress.Text), Texts.ToJson(progress.Checkpoint));
        return new JobOrder
        {
            Lease = progress.Lease,
            Command = WorkCommand.Continue,
            LeaseSeconds = book.Options.JobTimeout.TotalSeconds,
        };
    }
}

/// <summary>What pods say, as it is kept.</summary>
internal static class Texts
{
    public static string? Cut(string? text) => text is { Length: > WorkLimits.MaxTextLength }
        ? string.Concat(text.AsSpan(0, WorkLimits.MaxTextLength - 1), "…")
        : text;

    public static byte[]? ToJson(CheckpointClaim? checkpoint) =>
        checkpoint is null ? null : JsonSerializer.SerializeToUtf8Bytes(checkpoint, WorkJson.Default.CheckpointClaim);
}
