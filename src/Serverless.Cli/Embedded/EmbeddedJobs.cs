using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Engine;

namespace Serverless.Cli.Embedded;

/// <summary>The jobs of one state folder that have not been seen to end.</summary>
internal sealed class EmbeddedJobs(JobBackends backends, TimeProvider clock)
{
    /// <summary>Beyond this what is not confirmed is left to the next process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>RunPod takes ten cancellations a second.</summary>
    private static readonly TimeSpan PerJob = TimeSpan.FromSeconds(0.12);

    /// <summary>Lists them from a database that nobody has to run.</summary>
    public static async Task<IReadOnlyList<OpenJob>> ListAsync(
        string databasePath, string? run, CancellationToken cancellationToken)
    {
        if (!File.Exists(databasePath)) return [];
        using var reader = DurableReader.Open(databasePath);
        var queries = new OpenJobQueries((query, _) => Task.FromResult(reader.List(query)));
        return await queries.ListAsync(run, cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Cancels those that nobody watches, and waits a while for it.</summary>
    /// <returns>Those that are still open.</returns>
    public async Task<IReadOnlyList<OpenJob>> CancelAsync(DurableEngine engine, string? run, CancellationToken cancellationToken)
    {
        var jobs = new OpenJobs(engine.Client);
        var ends = new List<Task>();
        foreach (var job in await jobs.ListAsync(run, cancellationToken).ToListAsync(cancellationToken))
        {
            if (job.Reason == OpenJobReason.Watched) continue;
            await backends.MakeReadyAsync(job.Backend, workers: 1, cancellationToken);
            if (await jobs.CancelAsync(job, cancellationToken) is not { } pursuit) continue;
            engine.Activate(pursuit);
            await jobs.HurryAsync(pursuit, cancellationToken);
            ends.Add(engine.Client.WaitForInstanceCompletionAsync(pursuit, getInputsAndOutputs: false, cancellationToken));
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.WhenAll(ends), Task.Delay(Patience + ends.Count * PerJob, clock, lost.Token), engine.Broken);
        await lost.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return await jobs.ListAsync(run, cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Lets the pursuits of a run's jobs go on.</summary>
    public static async Task GoOnAsync(DurableEngine engine, string run, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.CancelJobs,
            InstanceIdPrefix = Names.PursuitPrefix(run),
            Statuses = OrchestrationQuery.Live,
        };
        do
        {
            var page = await engine.Client.ListInstancesAsync(query, cancellationToken);
            foreach (var pursuit in page.Values) engine.Activate(pursuit.InstanceId);
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }
}
