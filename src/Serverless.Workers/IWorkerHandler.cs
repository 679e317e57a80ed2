using System.Text.Json;

namespace Serverless.Workers;

/// <summary>
/// A RunPod handler as it is run on this machine. Takes a job's <c>input</c> and gives its <c>output</c>.
/// </summary>
public interface IWorkerHandler
{
    /// <summary>Handles one job.</summary>
    /// <param name="job">The job: its id and input.</param>
    /// <param name="emit">Takes the entries of a generator handler as they come; a plain handler never calls it.</param>
    /// <param name="cancellationToken">The job was cancelled or timed out.</param>
    /// <returns>The handler's return value; <see cref="JsonValueKind.Undefined"/> means None.</returns>
    /// <exception cref="WorkerHandlerException">The handler raised an error: the job fails with this text.</exception>
    /// <exception cref="WorkerCrashedException">The worker itself died: the job is dispatched again or lost.</exception>
    Task<JsonElement> HandleAsync(WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken);
}

/// <summary>A job as a handler sees it.</summary>
/// <param name="Id">RunPod's job id.</param>
/// <param name="Input">The value of <c>input</c>.</param>
public sealed record WorkerJob(string Id, JsonElement Input);

/// <summary>The handler raised an error.</summary>
public sealed class WorkerHandlerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The process that ran the handler died.</summary>
public sealed class WorkerCrashedException(string message, Exception? inner = null) : Exception(message, inner);
