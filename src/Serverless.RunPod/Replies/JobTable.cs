using Serverless.Core.Jobs;

namespace Serverless.RunPod.Replies;

/// <summary>One line of <see cref="JobTable"/>.</summary>
/// <param name="State">RunPod's word.</param>
/// <param name="Error">What the job's error has to be like.</param>
/// <param name="Meant">Core's word for it.</param>
/// <param name="Fault">Who is at fault.</param>
internal sealed record JobRow(string State, JobErrorText Error, JobState Meant, JobFault Fault)
{
    /// <summary>Whether a worker must have held the job.</summary>
    public bool NeedsWorker { get; init; }

    public bool Matches(ReplyFields fields) =>
        State == fields.State && (!NeedsWorker || fields.WorkerId is not null) && JobTable.IsLike(fields.Error, Error);
}

/// <summary>What the error of a job is like.</summary>
internal enum JobErrorText
{
    /// <summary>Whatever it says.</summary>
    Any,

    /// <summary>It says nothing: a worker died without a sound.</summary>
    None,

    /// <summary>It says that the job took longer than it may.</summary>
    RunLimit,

    /// <summary>It says that a worker died. An error of the handler's own comes unpacked or as text; the platform's have fixed
    /// words.</summary>
    WorkerDied,
}

/// <summary>What every view of a job means, in one place. The first row that matches decides; a state that is in no row is one that may
/// still change.</summary>
internal static class JobTable
{
    private const string RunLimit = "executionTimeout exceeded";

    /// <summary>"job timed out after 1 retries": taken, never reported, dispatched again, lost again. The others are what users
    /// saw.</summary>
    private static readonly string[] WorkerDeaths =
        ["job timed out after", "worker exited", "worker crashed", "worker was lost", "exit code 13"];

    /// <summary>The rows; docs/runpod.md explains each.</summary>
    internal static readonly JobRow[] Rows =
    [
        new("IN_QUEUE", JobErrorText.Any, JobState.Queued, JobFault.Unknown),
        new("IN_PROGRESS", JobErrorText.Any, JobState.Running, JobFault.Unknown),
        new("RUNNING", JobErrorText.Any, JobState.Running, JobFault.Unknown),
        new("COMPLETED", JobErrorText.Any, JobState.Completed, JobFault.Unknown),
        new("FAILED", JobErrorText.RunLimit, JobState.TimedOut, JobFault.TimeLimit),
        new("FAILED", JobErrorText.None, JobState.Failed, JobFault.Worker),
        new("FAILED", JobErrorText.WorkerDied, JobState.Failed, JobFault.Worker),
        new("FAILED", JobErrorText.Any, JobState.Failed, JobFault.Handler),
        new("TIMED_OUT", JobErrorText.RunLimit, JobState.TimedOut, JobFault.TimeLimit),

        // Documented: a worker that did not report in time, or a job that expired before one took it.
        new("TIMED_OUT", JobErrorText.Any, JobState.TimedOut, JobFault.Worker) { NeedsWorker = true },
        new("TIMED_OUT", JobErrorText.Any, JobState.TimedOut, JobFault.TimeLimit),
        new("CANCELLED", JobErrorText.Any, JobState.Cancelled, JobFault.Unknown),
    ];

    /// <summary>What a view means.</summary>
    public static (JobState State, JobFault Fault, bool IsKnown) Read(ReplyFields fields)
    {
        var row = Array.Find(Rows, row => row.Matches(fields));
        return row is null ? (JobState.Running, JobFault.Unknown, false) : (row.Meant, row.Fault, true);
    }

    internal static bool IsLike(string? error, JobErrorText text) => text switch
    {
        JobErrorText.None => string.IsNullOrWhiteSpace(error),
        JobErrorText.RunLimit => error is not null && error.AsSpan().Trim().StartsWith(RunLimit, StringComparison.OrdinalIgnoreCase),
        JobErrorText.WorkerDied =>
            error is not null && Array.Exists(WorkerDeaths, words => error.Contains(words, StringComparison.OrdinalIgnoreCase)),
        _ => true,
    };
}
