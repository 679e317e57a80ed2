namespace Serverless.Core.Planning;

/// <summary>How long a plan should take, queueing and cold starts aside.</summary>
public sealed record PlanEstimate
{
    /// <summary>One flashpoint after the other.</summary>
    public required TimeSpan Sequential { get; init; }

    /// <summary>The chunks in order, each on the first worker that is free.</summary>
    public required TimeSpan Parallel { get; init; }

    /// <summary>How many times faster that is; 1 when there is nothing to do.</summary>
    public double Speedup => Parallel > TimeSpan.Zero ? Sequential / Parallel : 1;

    /// <summary>Estimates a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="workers">Chunks in flight at once, from 1.</param>
    /// <param name="perFlashpoint">How long one takes; in a plan by weight, how long one takes on average.</param>
    public static PlanEstimate Of(ChunkPlan plan, int workers, TimeSpan perFlashpoint)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(perFlashpoint, TimeSpan.Zero);
        var sequential = perFlashpoint * plan.Chunks.Sum(chunk => (long)chunk.Flashpoints.Count);
        var work = plan.Chunks.Select(chunk => Work(plan, chunk)).ToList();
        var total = work.Sum();
        return new PlanEstimate
        {
            Sequential = sequential,
            Parallel = total == 0 ? TimeSpan.Zero : sequential * (Makespan(work, workers) / (double)total),
        };
    }

    private static long Work(ChunkPlan plan, PlannedChunk chunk)
        => plan.Strategy is PlanStrategy.Weight ? chunk.Weight : chunk.Flashpoints.Count;

    private static long Makespan(List<long> work, int workers)
    {
        var free = new PriorityQueue<int, long>(Enumerable.Range(0, workers).Select(worker => (worker, 0L)));
        long last = 0;
        foreach (var amount in work)
        {
            free.TryPeek(out var worker, out var at);
            free.DequeueEnqueue(worker, at + amount);
            last = Math.Max(last, at + amount);
        }

        return last;
    }
}
