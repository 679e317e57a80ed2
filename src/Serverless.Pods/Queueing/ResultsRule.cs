using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Stores results of single flashpoints. The first one of each counts.</summary>
internal static class ResultsRule
{
    /// <exception cref="WorkRefusedException">The lease is over.</exception>
    public static ResultsReply Apply(QueueBook book, string pod, ResultsRequest request)
    {
        PodRules.See(book, pod, request.Identity.Session, facts: null);
        var job = HeldJobs.Take(book, pod, request.Lease);
        var (stored, foreign) = Store(book, job, request.Entries.Select(entry => (entry.Id, entry.Value.Utf8)));
        book.Hear(job.Key);
        book.Jobs.Hear.Execute(job.Key, book.Now);
        return new ResultsReply
        {
            Stored = stored,
            Known = request.Entries.Count - stored - foreign,
            Foreign = foreign,
            LeaseSeconds = book.Options.JobTimeout.TotalSeconds,
        };
    }

    /// <summary>Stores what is new.</summary>
    public static (int Stored, int Foreign) Store(
        QueueBook book, JobRow job, IEnumerable<(string Id, ReadOnlyMemory<byte> Value)> entries)
    {
        var map = book.MapOf(job.Key);
        var (stored, foreign) = (0, 0);
        foreach (var (id, value) in entries)
        {
            if (map.Find(id) is { } ordinal) stored += book.Jobs.InsertResult.Execute(job.Key, ordinal, id, value.ToArray());
            else foreign++;
        }

        if (stored > 0) book.Jobs.AddDone.Execute(job.Key, stored);
        return (stored, foreign);
    }
}
