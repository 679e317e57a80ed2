using System.Text.Json;

namespace Serverless.Benchmarks.Runs;

/// <summary>The instants of a job that was watched.</summary>
/// <param name="Begun">When it was submitted.</param>
/// <param name="Ended">Its end as the platform has it: from when it was sent, which was a little before it was taken.</param>
/// <param name="Looked">When the look that showed the end was sent.</param>
/// <param name="Seen">When its chunk knew.</param>
internal sealed record WatchedAttempt(DateTimeOffset Begun, DateTimeOffset Ended, DateTimeOffset Looked, DateTimeOffset Seen)
{
    public static WatchedAttempt Of(JsonElement attempt, CountingApi api)
    {
        var job = attempt.GetProperty("job_id").GetString()!;
        var took = attempt.GetProperty("delay_sec").GetDouble() + attempt.GetProperty("execution_sec").GetDouble();
        return new WatchedAttempt(
            Instant(attempt, "submitted_at"),
            api.SentAt(job) + TimeSpan.FromSeconds(took),
            api.LookedAt(job),
            Instant(attempt, "ended_at"));
    }

    private static DateTimeOffset Instant(JsonElement attempt, string name) => attempt.GetProperty(name).GetDateTimeOffset();
}
