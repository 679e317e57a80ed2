namespace Serverless.Core.Planning;

/// <summary>What a worker is assumed to be like when a plan is reckoned.</summary>
public sealed record WorkerAssumptions
{
    /// <summary>How long one flashpoint takes; in a plan by weight, how long one takes on average.</summary>
    public required TimeSpan PerFlashpoint { get; init; }

    /// <summary>How long a worker takes to start, once in a run; it is billed. Default: 45 s, a true cold start.</summary>
    public TimeSpan ColdStart { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a worker idles after its last job, which is billed. Default: 5 s, RunPod's own.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often an interruptible worker is taken away in an hour of work. Default: never.</summary>
    public double InterruptionsPerHour { get; init; }

    /// <summary>How long a worker works between two checkpoints. Default: a flashpoint, whose result is kept as soon as it is
    /// there.</summary>
    public TimeSpan? CheckpointInterval { get; init; }

    /// <summary>What an interruption costs: a cold start, and on average half of what lies between two checkpoints.</summary>
    public TimeSpan LostEach => ColdStart + (CheckpointInterval ?? PerFlashpoint) / 2;

    /// <summary>The time that interruptions add to a worker's work.</summary>
    internal TimeSpan Lost(TimeSpan work) => LostEach * (InterruptionsPerHour * work.TotalHours);
}

/// <summary>How long a plan should take with so many workers, and what it should cost.</summary>
public sealed record PlanOffer
{
    /// <summary>Chunks in flight at once.</summary>
    public required int Workers { get; init; }

    /// <summary>How many chunks there are then.</summary>
    public required int Chunks { get; init; }

    /// <summary>From the start to the last result, a cold start included.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Whole seconds that are billed, of all workers.</summary>
    public required long BilledSeconds { get; init; }

    /// <summary>The same on workers that may be taken away.</summary>
    public required TimeSpan InterruptibleTime { get; init; }

    /// <summary>The same on workers that may be taken away.</summary>
    public required long InterruptibleBilledSeconds { get; init; }

    /// <summary>Reckons a plan: each worker starts once, takes the next chunk when it is free, and idles once at its end.</summary>
    /// <param name="plan">The plan for that many workers.</param>
    /// <param name="workers">Chunks in flight at once, from 1.</param>
    /// <param name="assumed">What workers are like.</param>
    public static PlanOffer Of(ChunkPlan plan, int workers, WorkerAssumptions assumed)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(assumed);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        var work = Share(plan, workers, assumed.PerFlashpoint);
        var tried = work.ConvertAll(one => one + assumed.Lost(one));
        return new PlanOffer
        {
            Workers = workers,
            Chunks = plan.Chunks.Count,
            Time = Last(work, assumed),
            BilledSeconds = Billed(work, assumed),
            InterruptibleTime = Last(tried, assumed),
            InterruptibleBilledSeconds = Billed(tried, assumed),
        };
    }

    /// <summary>Worker counts that are worth comparing: doubling from 1, and the one that was asked for.</summary>
    public static IReadOnlyList<int> WorkersToCompare(int asked, int flashpoints)
    {
        const int ShownAtLeast = 64;
        var most = Math.Max(1, Math.Min(flashpoints, Math.Max(asked, ShownAtLeast)));
        var counts = new SortedSet<int> { Math.Min(asked, most), most };
        for (var count = 1; count <= most; count *= 2) counts.Add(count);
        return [.. counts];
    }

    /// <summary>How long each worker that gets a chunk is at work.</summary>
    public static IReadOnlyList<TimeSpan> WorkOf(ChunkPlan plan, int workers, TimeSpan perFlashpoint)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        return Share(plan, workers, perFlashpoint);
    }

    /// <summary>The whole seconds that are billed for a worker that starts, works, and idles.</summary>
    internal static long Billed(TimeSpan work, WorkerAssumptions assumed) =>
        (long)Math.Ceiling(Math.Round((assumed.ColdStart + work + assumed.Idle).TotalSeconds, 3));

    private static List<TimeSpan> Share(ChunkPlan plan, int workers, TimeSpan perFlashpoint)
    {
        var busy = new long[Math.Min(workers, plan.Chunks.Count)];
        var free = new PriorityQueue<int, (long At, int Worker)>();
        for (var worker = 0; worker < busy.Length; worker++) free.Enqueue(worker, (0, worker));
        foreach (var chunk in plan.Chunks)
        {
            var worker = free.Dequeue();
            busy[worker] += plan.Strategy is PlanStrategy.Weight ? chunk.Weight : chunk.Flashpoints.Count;
            free.Enqueue(worker, (busy[worker], worker));
        }

        var total = busy.Sum();
        var all = perFlashpoint * plan.Chunks.Sum(chunk => (long)chunk.Flashpoints.Count);
        return [.. busy.Select(units => total == 0 ? TimeSpan.Zero : all * (units / (double)total))];
    }

    private static TimeSpan Last(List<TimeSpan> work, WorkerAssumptions assumed) =>
        work.Count == 0 ? TimeSpan.Zero : assumed.ColdStart + work.Max();

    private static long Billed(List<TimeSpan> work, WorkerAssumptions assumed) =>
        work.Sum(one => Billed(one, assumed));
}
