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
        if (known.Session != session) Begin(book, pod, session, known);
        if (facts?.RestartLimit is { } limit && !HadGivenUp(book, pod)) book.Note(pod, PodEventKind.GaveUp, job: null, InWords(limit));
        var json = facts is null ? null : JsonSerializer.SerializeToUtf8Bytes(facts, WorkJson.Default.PodFacts);
        var wasClosing = book.Sightings.IsClosing(pod);
        book.Pods.See.Execute(pod, session, book.Now, json);
        Observation.Seen(book, pod, session, known, facts);
        if (!wasClosing && book.Sightings.IsClosing(pod)) book.CountClosing();
    }

    /// <summary>A call of the pod's that has waited since it was seen: no sign of life, but still its newest start's.</summary>
    /// <exception cref="WorkRefusedException">A later start of the agent has called since.</exception>
    public static void Confirm(QueueBook book, string pod, string session)
    {
        if (Find(book, pod).Session != session) throw Replaced(pod);
    }

    /// <summary>What the host wants of the pod: what was ordered, and that it takes nothing more when it is to be taken.</summary>
    public static WorkCommand CommandFor(QueueBook book, string pod)
    {
        var known = Find(book, pod);
        if (known.Order != WorkCommand.Continue) return known.Order;
        return known.Notice is null ? WorkCommand.Continue : WorkCommand.Drain;
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
        if (!isNew) return;
        book.Note(pod, PodEventKind.Noticed, job: null, InWords(notice));
        Observation.Noticed(book, pod, known);
        book.CountClosing();
    }

    /// <summary>What is known of a pod; its session is null when nothing is.</summary>
    public static KnownPod Find(QueueBook book, string pod)
    {
        using var rows = book.Pods.Find.Query(pod);
        if (!rows.Read()) return default;
        var notice = rows.IsDBNull(1)
            ? null
            : JsonSerializer.Deserialize(rows.GetFieldValue<byte[]>(1), WorkJson.Default.InterruptionNotice);
        return new KnownPod(rows.GetString(0), notice, rows.IsDBNull(2) ? null : rows.GetString(2))
        {
            SeenAt = rows.GetInt64(3),
            Order = (WorkCommand)rows.GetInt32(4),
            TakenSession = rows.IsDBNull(5) ? null : rows.GetString(5),
            TakenHour = rows.IsDBNull(6) ? null : rows.GetInt32(6),
        };
    }

    /// <summary>What a provider says, for people.</summary>
    public static string InWords(InterruptionNotice notice) =>
        notice.SecondsLeft is { } seconds ? FormattableString.Invariant($"{notice.Kind}, {seconds:0} s left") : notice.Kind;

    /// <summary>A session that was there before, and was followed by another, speaks for the pod no more.</summary>
    private static void Begin(QueueBook book, string pod, string session, KnownPod before)
    {
        if (book.Pods.AddSession.Execute(pod, session) == 0) throw Replaced(pod);
        book.Note(pod, PodEventKind.Started, job: null, before.Session is null ? null : "the agent was started again");
        if (before.Session is not null) Observation.StartedAgain(book, pod, before);
    }

    private static WorkRefusedException Replaced(string pod) => new(
        WorkRefusal.SessionReplaced, $"A later start of an agent speaks for the pod {pod}: two run under its name and key.");

    private static bool HadGivenUp(QueueBook book, string pod) => book.Pods.FindFacts.Scalar(pod) is byte[] json
        && JsonSerializer.Deserialize(json, WorkJson.Default.PodFacts) is { RestartLimit: not null };

    private static string InWords(RestartLimit limit) =>
        FormattableString.Invariant($"{limit.Restarts} restarts within an hour: {limit.Reason}");
}

/// <summary>What is known of a pod.</summary>
/// <param name="Session">The start of its agent that speaks for it; null when it is not known.</param>
/// <param name="LastNotice">The provider's last notice, whichever start of the agent told of it.</param>
/// <param name="NoticeSession">Which one did.</param>
internal readonly record struct KnownPod(string? Session, InterruptionNotice? LastNotice, string? NoticeSession)
{
    /// <summary>When it was last seen, in milliseconds since 1970 UTC.</summary>
    public long SeenAt { get; init; }

    /// <summary>What it was ordered to do.</summary>
    public WorkCommand Order { get; init; }

    /// <summary>The start of its agent whose end was counted as an interruption; null when none was, or that was wrong.</summary>
    public string? TakenSession { get; init; }

    /// <summary>In which hour of the day that was counted, 0 to 23.</summary>
    public int? TakenHour { get; init; }

    /// <summary>The notice that stands.</summary>
    public InterruptionNotice? Notice => NoticeSession == Session ? LastNotice : null;

    /// <summary>The notice that a job's holder told of; null when its end was not announced.</summary>
    public InterruptionNotice? NoticeFor(JobRow job) => NoticeSession == job.Session ? LastNotice : null;
}
