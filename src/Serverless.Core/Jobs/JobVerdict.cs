namespace Serverless.Core.Jobs;

/// <summary>What a job's end says of its chunk, which decides what follows; docs/runpod.md has the table.</summary>
public enum JobVerdict
{
    /// <summary>Nothing against it: the job goes on, or has answered. Whether the answer is usable is another question.</summary>
    None,

    /// <summary>The next attempt may do better.</summary>
    Transient,

    /// <summary>The worker died under it: once is bad luck, twice is something in the chunk.</summary>
    Poison,

    /// <summary>Nobody knows the job any more, which is no fault of the chunk.</summary>
    Lost,
}

/// <summary>Judges jobs.</summary>
public static class JobVerdicts
{
    /// <summary>The verdict on a job.</summary>
    /// <param name="state">Where it stands.</param>
    /// <param name="fault">Who is at fault.</param>
    public static JobVerdict Of(JobState state, JobFault fault) => (state, fault) switch
    {
        (JobState.Queued or JobState.Running or JobState.Completed, _) => JobVerdict.None,
        (JobState.Lost, _) => JobVerdict.Lost,
        (_, JobFault.Worker) => JobVerdict.Poison,
        _ => JobVerdict.Transient,
    };
}
