using System.Text.Json;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Who the pods are.</summary>
internal static class PodRules
{
    /// <summary>The pod is there.</summary>
    /// <param name="book">The queue.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="session">Which start of its agent calls.</param>
    /// <param name="facts">What it says of itself; null when this call does not.</param>
    /// <exception cref="WorkRefusedException">A later start of the agent has called already.</exception>
    public static void See(QueueBook book, string pod, string session, PodFacts? facts)
    {
        var known = Find(book, pod);
        if (known.Session != session) Begin(book, pod, session, known.Session is not null);
        var json = facts is null ? null : JsonSerializer.SerializeToUtf8Bytes(facts, WorkJson.Default.PodFacts);
        book.Pods.See.Execute(pod, session, book.Now, json);
    }

    /// <summary>Takes what the pod says of a provider's notice, after it was seen.</summary>
    public static void Notice(QueueBook book, string pod, InterruptionNotice? notice)
    {
        var known = Find(book, pod);
        var isNew = known.Notice is null;
        if (notice is null)
        {
            if (!isNew) book.Pods.SetNotice.Execute(pod, null, null, 0);
            return;
        }

        book.Pods.SetNotice.Execute(
            pod, JsonSerializer.SerializeToUtf8Bytes(notice, WorkJson.Default.InterruptionNotice), known.Session, isNew ? 1 : 0);
        if (isNew) book.Note(pod, PodEventKind.Noticed, job: null, InWords(notice));
    }

    /// <summary>What is known of a pod; its session is null when nothing is.</summary>
    public static KnownPod Find(QueueBook book, string pod)
    {
        using var rows = book.Pods.Find.Query(pod);
        if (!rows.Read()) return default;
        var notice = rows.IsDBNull(1)
            ? null
            : JsonSerializer.Deserialize(rows.GetFieldValue<byte[]>(1), WorkJson.Default.InterruptionNotice);
        return new KnownPod(rows.GetString(0), notice, rows.IsDBNull(2) ? null : rows.GetString(2));
    }

    /// <summary>What a provider says, for people.</summary>
    public static string InWords(InterruptionNotice notice) =>
        notice.SecondsLeft is { } seconds ? FormattableString.Invariant($"{notice.Kind}, {seconds:0} s left") : notice.Kind;

    /// <summary>A session that was there before, and was followed by another, speaks for the pod no more.</summary>
    private static void Begin(QueueBook book, string pod, string session, bool isRestart)
    {
        if (book.Pods.AddSession.Execute(pod, session) == 0)
        {
            throw new WorkRefusedException(
                WorkRefusal.SessionReplaced, $"A later start of an agent speaks for the pod {pod}: two run under its name and key.");
        }

        book.Note(pod, PodEventKind.Started, job: null, isRestart ? "the agent was started again" : null);
    }
}

/// <summary>What is known of a pod.</summary>
/// <param name="Session">The start of its agent that speaks for it; null when it is not known.</param>
/// <param name="LastNotice">The provider's last notice, whichever start of the agent told of it.</param>
/// <param name="NoticeSession">Which one did.</param>
internal readonly record struct KnownPod(string? Session, InterruptionNotice? LastNotice, string? NoticeSession)
{
    /// <summary>The notice that stands.</summary>
    public InterruptionNotice? Notice => NoticeSession == Session ? LastNotice : null;

    /// <summary>The notice that a job's holder told of; null when its end was not announced.</summary>
    public InterruptionNotice? NoticeFor(JobRow job) => NoticeSession == job.Session ? LastNotice : null;
}
