using System.Runtime.CompilerServices;
using Serverless.Core.Jobs;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Why a job is still open.</summary>
public enum OpenJobReason
{
    /// <summary>Its chunk goes on and watches it.</summary>
    Watched,

    /// <summary>Its chunk's orchestration broke or was ended from outside: nobody watches it.</summary>
    Orphaned,

    /// <summary>It was cancelled, and the platform has not confirmed it; that is tried on.</summary>
    CancelUnconfirmed,
}

/// <summary>A job that was submitted and has not been seen to end.</summary>
public sealed record OpenJob
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The chunk's index, from 0.</summary>
    public required int Chunk { get; init; }

    /// <summary>The attempt's number, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Where it runs.</summary>
    public required string Backend { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Where it stood when it was last seen.</summary>
    public required JobState State { get; init; }

    /// <summary>Why it is open.</summary>
    public required OpenJobReason Reason { get; init; }

    /// <summary>More on that, such as what the platform said last.</summary>
    public string? Detail { get; init; }
}

/// <summary>Finds every job that was submitted and has not been seen to end, in what is durable: no job bills on without being
/// listed here, whatever has crashed.</summary>
/// <param name="list">Lists instances: of a running engine, or of a database at rest.</param>
public sealed class OpenJobQueries(Func<OrchestrationQuery, CancellationToken, Task<OrchestrationPage>> list)
{
    private static readonly OrchestrationRuntimeStatus[] NotCompleted =
        [.. Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => status != OrchestrationRuntimeStatus.Completed)];

    /// <summary>The jobs, those of one run or of all.</summary>
    public async IAsyncEnumerable<OpenJob> ListAsync(
        string? runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pursued = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (job, isOpen) in PursuitsAsync(runId, cancellationToken))
        {
            pursued.Add(job.JobId);
            if (isOpen) yield return job;
        }

        var chunks = new OrchestrationQuery
        {
            Name = Names.Chunk,
            InstanceIdPrefix = runId is null ? null : runId + ":",
            Statuses = NotCompleted,
        };
        await foreach (var chunk in InstancesAsync(chunks, cancellationToken))
        {
            foreach (var job in OfChunk(chunk).Where(job => !pursued.Contains(job.JobId))) yield return job;
        }
    }

    private async IAsyncEnumerable<(OpenJob Job, bool IsOpen)> PursuitsAsync(
        string? runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pursuits = new OrchestrationQuery { Name = Names.CancelJobs, InstanceIdPrefix = Names.PursuitPrefix(runId) };
        await foreach (var pursuit in InstancesAsync(pursuits, cancellationToken))
        {
            if (pursuit.ReadInputAs(RunJson.Default.AttemptInput) is not { JobId: { } jobId } attempt) continue;
            var progress = pursuit.ReadCustomStatusAs(RunJson.Default.CancelProgress);
            var job = new OpenJob
            {
                RunId = attempt.Chunk.Run.RunId,
                Chunk = attempt.Chunk.Chunk,
                Attempt = attempt.Attempt,
                JobId = jobId,
                Backend = attempt.Chunk.Run.Backend,
                SubmittedAt = attempt.SubmittedAt,
                State = JobState.Running,
                Reason = OpenJobReason.CancelUnconfirmed,
                Detail = progress is null ? null : $"{progress.Tries} tries; {progress.Error}",
            };
            yield return (job, !pursuit.RuntimeStatus.IsEnded());
        }
    }

    private static IEnumerable<OpenJob> OfChunk(OrchestrationMetadata instance)
    {
        var ended = instance.RuntimeStatus.IsEnded();
        return OpenAttempts(instance).Select(open => new OpenJob
        {
            RunId = open.Attempt.Chunk.Run.RunId,
            Chunk = open.Attempt.Chunk.Chunk,
            Attempt = open.Attempt.Attempt,
            JobId = open.Attempt.JobId!,
            Backend = open.Attempt.Chunk.Run.Backend,
            SubmittedAt = open.Attempt.SubmittedAt,
            State = open.State,
            Reason = ended ? OpenJobReason.Orphaned : OpenJobReason.Watched,
            Detail = ended ? instance.FailureDetails?.ErrorMessage : open.Held,
        });
    }

    /// <summary>The attempts of a chunk whose jobs have not been seen to end.</summary>
    internal static IEnumerable<(AttemptInput Attempt, JobState State, string? Held)> OpenAttempts(OrchestrationMetadata instance)
    {
        if (instance.ReadInputAs(RunJson.Default.ChunkInput) is not { } chunk) yield break;
        if (instance.ReadCustomStatusAs(RunJson.Default.ChunkProgress) is not { } progress) yield break;
        foreach (var record in progress.Attempts)
        {
            if (record is not { JobId: { } jobId, EndedAt: null } || record.State is { } last && last.IsTerminal()) continue;
            var attempt = new AttemptInput
            {
                Chunk = chunk,
                Attempt = record.Attempt,
                JobId = jobId,
                SubmittedAt = record.SubmittedAt,
            };
            yield return (attempt, record.State ?? JobState.Queued, progress.Held);
        }
    }

    private async IAsyncEnumerable<OrchestrationMetadata> InstancesAsync(
        OrchestrationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = query with { FetchInputsAndOutputs = true, PageSize = 1_000 };
        do
        {
            var page = await list(query, cancellationToken);
            foreach (var instance in page.Values) yield return instance;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }
}

/// <summary>Cancels jobs that nobody watches, and sees to it that this is tried until it is confirmed.</summary>
public sealed class OpenJobs(DurableClient client)
{
    /// <summary>The jobs that were submitted and have not been seen to end.</summary>
    public IAsyncEnumerable<OpenJob> ListAsync(string? runId, CancellationToken cancellationToken) =>
        new OpenJobQueries((query, token) => client.ListInstancesAsync(query, token)).ListAsync(runId, cancellationToken);

    /// <summary>Tries to cancel a job now, and again until it is confirmed. A job whose chunk goes on is left to its run.</summary>
    /// <returns>The instance that sees to it; null for a job that is watched, or that is not known any more.</returns>
    public async Task<string?> CancelAsync(OpenJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Reason == OpenJobReason.Watched) return null;
        var id = Names.Pursuit(job.RunId, job.Chunk, job.Attempt, job.JobId);
        if (job.Reason == OpenJobReason.Orphaned)
        {
            var chunk = await client.GetInstanceAsync(
                Names.ChunkInstance(job.RunId, job.Chunk), getInputsAndOutputs: true, cancellationToken);
            var open = chunk is null ? [] : OpenJobQueries.OpenAttempts(chunk).Where(found => found.Attempt.JobId == job.JobId).ToList();
            if (open.Count == 0) return null;
            await PursueAsync(open[0].Attempt, cancellationToken);
        }

        return id;
    }

    /// <summary>Tells the pursuit of a job to try at once.</summary>
    public Task HurryAsync(string pursuit, CancellationToken cancellationToken) =>
        client.RaiseEventAsync(pursuit, Names.CancelEvent, "", cancellationToken);

    /// <returns>False when it was started before.</returns>
    internal async Task<bool> PursueAsync(AttemptInput attempt, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions
        {
            InstanceId = Names.Pursuit(attempt.Chunk.Run.RunId, attempt.Chunk.Chunk, attempt.Attempt, attempt.JobId!),
            DedupeStatuses = Enum.GetValues<OrchestrationRuntimeStatus>(),
        };
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(Names.CancelJobs, attempt, options, cancellationToken);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }
}
