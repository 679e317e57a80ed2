using Serverless.Core.Jobs;
using Serverless.Core.Runs;

namespace Serverless.Core.Watching;

/// <summary>A job that is followed until it has ended. Changed under its watch's lock only.</summary>
internal sealed class WatchedJob(AttemptInput attempt, bool reportsItself)
{
    public JobReference Job { get; } = attempt.ToJob();

    public string Id => Job.Id.Value;

    public string RunId { get; } = attempt.Chunk.Run.RunId;

    public string Backend { get; } = attempt.Chunk.Run.Backend;

    /// <summary>Who wants to know.</summary>
    public string Instance { get; } = Names.ChunkInstance(attempt.Chunk.Run.RunId, attempt.Chunk.Chunk);

    /// <summary>What they wait for.</summary>
    public string Event { get; } = Names.JobEvent(attempt.Attempt);

    public int Flashpoints { get; } = attempt.Chunk.Flashpoints;

    public DateTimeOffset SubmittedAt => Job.SubmittedAt;

    /// <summary>The shortest time between two looks.</summary>
    public TimeSpan Poll { get; } = TimeSpan.FromSeconds(attempt.Chunk.Run.PollSeconds);

    /// <summary>Whether a webhook tells of its end.</summary>
    public bool ReportsItself { get; } = reportsItself;

    /// <summary>One of the few of a run that are looked at often as long as nothing is known, so that something is.</summary>
    public bool IsScout { get; init; }

    /// <summary>What the last look showed.</summary>
    public JobSnapshot Last { get; set; } = new() { State = JobState.Queued };

    /// <summary>Where it stood.</summary>
    public JobState State => Last.State;

    /// <summary>Whether its chunk was told of a look and has not asked yet what that showed.</summary>
    public bool HasNews { get; set; }

    /// <summary>How long it waited for its worker; null while that is not known.</summary>
    public TimeSpan? Delay { get; set; }

    /// <summary>When it was last looked at.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>What it was last told of why nothing goes on.</summary>
    public string? ToldHeld { get; set; }

    /// <summary>The next look; changes as more is known.</summary>
    public NextLook Next { get; private set; }

    /// <summary>How often that has changed: what stands in a queue for an older plan does not count.</summary>
    public int Plans { get; private set; }

    /// <summary>True once nobody asks after it any more.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>How often its looks failed in a row.</summary>
    public int Failures { get; set; }

    public void Plan(NextLook next)
    {
        Next = next;
        Plans++;
    }
}
