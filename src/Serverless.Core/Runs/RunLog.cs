using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;

namespace Serverless.Core.Runs;

/// <summary>What runs say. Never a payload, never a secret.</summary>
internal static partial class RunLog
{
    private static readonly Func<ILogger, string, IDisposable?> OfRun = LoggerMessage.DefineScope<string>("Run {RunId}");

    private static readonly Func<ILogger, string, int, IDisposable?> OfChunk =
        LoggerMessage.DefineScope<string, int>("Run {RunId} chunk {Chunk}");

    private static readonly Func<ILogger, string, int, int, int, string?, IDisposable?> OfAttempt =
        LoggerMessage.DefineScope<string, int, int, int, string?>(
            "Run {RunId} chunk {Chunk} worker {Worker} attempt {Attempt} job {JobId}");

    /// <summary>Marks all that is logged until it is disposed, whoever logs it, as being of a run.</summary>
    public static IDisposable? Begin(ILogger logger, string runId) => OfRun(logger, runId);

    /// <inheritdoc cref="Begin(ILogger, string)"/>
    public static IDisposable? Begin(ILogger logger, string runId, int chunk) => OfChunk(logger, runId, chunk);

    /// <inheritdoc cref="Begin(ILogger, string)"/>
    public static IDisposable? Begin(ILogger logger, AttemptInput input) => OfAttempt(
        logger, input.Chunk.Run.RunId, input.Chunk.Chunk, input.Chunk.Worker, input.Attempt, input.JobId);

    [LoggerMessage(1, LogLevel.Information, "Worker {Worker} starting with {Count} flashpoints")]
    public static partial void WorkerStarting(ILogger logger, int worker, int count);

    [LoggerMessage(2, LogLevel.Information, "Worker {Worker} completed flashpoint {FlashpointId}")]
    public static partial void WorkerCompletedFlashpoint(ILogger logger, int worker, string flashpointId);

    [LoggerMessage(3, LogLevel.Information, "Worker {Worker} completed all {Count} flashpoints")]
    public static partial void WorkerCompletedAll(ILogger logger, int worker, int count);

    [LoggerMessage(4, LogLevel.Debug, "Run {RunId} chunk {Chunk} attempt {Attempt}: submitted job {JobId} with {Count} flashpoints")]
    public static partial void JobSubmitted(
        ILogger logger, string runId, int chunk, int attempt, string jobId, int count);

    [LoggerMessage(5, LogLevel.Warning, "Run {RunId} chunk {Chunk} attempt {Attempt}: no job ({Kind}): {Error}")]
    public static partial void SubmitFailed(
        ILogger logger, string runId, int chunk, int attempt, JobErrorKind kind, string error);

    [LoggerMessage(6, LogLevel.Warning, "Job {JobId} could not be looked at ({Kind}): {Error}")]
    public static partial void CheckFailed(ILogger logger, string jobId, JobErrorKind kind, string error);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "Run {RunId} chunk {Chunk} {State}: {Missing} flashpoints are null after {Attempts} attempts: {Reason}")]
    public static partial void ChunkFailed(
        ILogger logger, string runId, int chunk, ChunkState state, int missing, int attempts, string reason);

    [LoggerMessage(
        8, LogLevel.Warning, "Run {RunId} chunk {Chunk}: why its flashpoints are null could not be stored: {Reason}")]
    public static partial void ReasonNotStored(ILogger logger, string runId, int chunk, string reason);

    [LoggerMessage(9, LogLevel.Error, "Run {RunId} chunk {Chunk}: flashpoint {FlashpointId} is given up: {Reason}")]
    public static partial void Poison(ILogger logger, string runId, int chunk, string flashpointId, string reason);

    [LoggerMessage(10, LogLevel.Warning, "Run {RunId} chunk {Chunk} is held: {Reason}")]
    public static partial void Held(ILogger logger, string runId, int chunk, string reason);

    [LoggerMessage(
        12, LogLevel.Debug, "Run {RunId} chunk {Chunk} attempt {Attempt}: {Bytes} bytes of flashpoints are handed over as {Name}")]
    public static partial void InputShared(ILogger logger, string runId, int chunk, int attempt, long bytes, string name);

    [LoggerMessage(
        30,
        LogLevel.Error,
        "Run {RunId} chunk {Chunk}: whether job {JobId} has been cancelled could not be confirmed; it is tried on (fanout jobs)")]
    public static partial void CancelUnconfirmed(ILogger logger, string runId, int chunk, string jobId);

    [LoggerMessage(12, LogLevel.Warning, "Run {RunId}: what the group from chunk {Chunk} on has stored could not be merged: {Reason}")]
    public static partial void GroupNotMerged(ILogger logger, string runId, int chunk, string reason);

    [LoggerMessage(11, LogLevel.Debug, "Job {JobId} could not be drained ({Kind}): {Error}")]
    public static partial void DrainFailed(ILogger logger, string jobId, JobErrorKind kind, string error);
}
