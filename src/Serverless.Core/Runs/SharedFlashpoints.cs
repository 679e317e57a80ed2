using Microsoft.Extensions.Logging;
using Serverless.Core.Results;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>
/// Flashpoints that the body of a job cannot carry. They are put into the store, and the job is told where: the object is named
/// by what it holds, so that every attempt with the same flashpoints finds it there; the URL is made for one submission, lives
/// as long as its job may, and is neither logged nor stored.
/// </summary>
internal sealed class SharedFlashpoints(RunEnvironment environment, ILogger log)
{
    /// <summary>Where they are, or null when the body can carry them or the store cannot let anybody read them.</summary>
    /// <exception cref="IOException">The store did not take them.</exception>
    public async Task<Reference?> ShareIfLargeAsync(
        AttemptInput attempt, IReadOnlyList<ChunkEntry> entries, CancellationToken cancellationToken)
    {
        var bytes = entries.Sum(entry => entry.Flashpoint.Json.Length + 1L) + 1;
        if (bytes <= Limits.MaxChunkBytes || environment.Shares is not { } shares) return null;
        var (run, chunk) = (attempt.Chunk.Run, attempt.Chunk.Chunk);
        var check = await environment.StoreOf(run.RunId).ShareAsync(chunk, entries, cancellationToken);
        RunLog.InputShared(log, run.RunId, chunk, attempt.Attempt, check.Bytes, check.Name);
        var url = await shares.ShareAsync(check.Name, JobTimes.TimeToLive(run) + JobTimes.Overshoot);
        return new Reference(url, checked((int)check.Bytes), check.Sha256);
    }
}
