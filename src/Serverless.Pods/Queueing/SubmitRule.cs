
namespace Serverless.Pods.Queueing;

/// <summary>Takes a job in.</summary>
internal static class SubmitRule
{
    /// <returns>Whether it is new. The same id again is the same job, whatever has become of it.</returns>
    public static bool Apply(QueueBook book, NewJob job)
    {
        if (book.Find(job.Id) is not null) return false;
        var key = (long)book.Jobs.Insert.Scalar(
            job.Id, job.Name, job.UsedAttempts, job.MaxAttempts, book.Now, (long)job.ExecutionTimeout.TotalMilliseconds,
            job.Flashpoints)!;
        book.Jobs.InsertInput.Execute(key, job.Input);
        book.CountQueued(1);
        return true;
    }

    /// <summary>Deletes what ended long ago, some of it at a time.</summary>
    /// <returns>How many jobs that were.</returns>
    public static int Clean(QueueBook book)
    {
        var before = book.Now - (long)QueueLimits.Retention.TotalMilliseconds;
        var keys = new List<long>();
        using (var rows = book.Jobs.EndedBefore.Query(before, QueueLimits.MaxDeletedAtOnce))
        {
            while (rows.Read()) keys.Add(rows.GetInt64(0));
        }

        foreach (var key in keys)
        {
            book.Jobs.DeleteResults.Execute(key);
            book.Jobs.DeleteEnds.Execute(key);
            book.Jobs.Delete.Execute(key);
        }

        book.Pods.DeleteOldEvents.Execute(QueueLimits.MaxEvents);
        book.Pods.DeleteOldSessions.Execute(before);
        book.Pods.DeleteOldPods.Execute(before);
        book.Sightings.Forget(QueueLimits.Retention);
        return keys.Count;
    }
}

/// <summary>A job to be queued.</summary>
internal sealed record NewJob
{
    public required string Id { get; init; }

    /// <summary>Whose it is: <c>RUN:CHUNK:ATTEMPT</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The worker's input.</summary>
    public required byte[] Input { get; init; }

    public required int Flashpoints { get; init; }

    public required int UsedAttempts { get; init; }

    public required int MaxAttempts { get; init; }

    public required TimeSpan ExecutionTimeout { get; init; }
}
