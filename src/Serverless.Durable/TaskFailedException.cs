namespace Serverless.Durable;

/// <summary>Thrown into an orchestrator when an activity or a child instance that it awaits has failed.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="taskName">The activity's or child orchestrator's name.</param>
    /// <param name="taskId">The task's number within its instance.</param>
    /// <param name="failureDetails">What went wrong.</param>
    public TaskFailedException(string taskName, int taskId, FailureDetails failureDetails)
        : base($"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails?.ErrorMessage}")
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    /// <summary>The activity's or child orchestrator's name.</summary>
    public string TaskName { get; }

    /// <summary>The task's number within its instance.</summary>
    public int TaskId { get; }

    /// <summary>What went wrong.</summary>
    public FailureDetails FailureDetails { get; }
}
