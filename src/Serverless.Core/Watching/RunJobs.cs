namespace Serverless.Core.Watching;

/// <summary>The jobs of one run. A job whose end is expected goes before one that is looked at just in case: thousands of the latter
/// may be due together, and an end must not wait behind them. Not thread-safe.</summary>
internal sealed class RunJobs(string runId)
{
    /// <summary>So many jobs of a run of which nothing is known are looked at often.</summary>
    private const int MaxScouts = 4;

    /// <summary>One look in so many goes to a job that is looked at just in case, however many ends are expected.</summary>
    private const int JustInCaseTurn = 8;

    private readonly DueJobs _ends = new();
    private readonly DueJobs _justInCase = new();
    private int _endsInARow;

    public string RunId => runId;

    public Durations Durations { get; } = new();

    public int Count { get; set; }

    /// <summary>How many of them are scouts.</summary>
    public int Scouts { get; set; }

    /// <summary>Whether the next one should be.</summary>
    public bool NeedsScout => Durations.IsEmpty && Scouts < MaxScouts;

    /// <summary>Where between two looks at another scout the next one should be looked at, from 0 to 1: scouts that begin together end
    /// together, and the first of them that is seen to is what counts.</summary>
    public double NextPhase => (double)Scouts / MaxScouts;

    /// <summary>Puts a job in by its plan; what stands here for an older one does not count any more.</summary>
    public void Put(WatchedJob job)
    {
        if (job.Next.EndAt is { } end) _ends.Add(job, end);
        if (job.Next.BeforeAt is { } before) _justInCase.Add(job, before);
    }

    /// <summary>Takes the job that is next, or moves <paramref name="nextAt"/> ahead to when one will be due.</summary>
    public WatchedJob? Take(DateTimeOffset now, ref DateTimeOffset nextAt)
    {
        var isTheirTurn = _endsInARow >= JustInCaseTurn - 1;
        if (isTheirTurn && _justInCase.Take(now, ref nextAt) is { } waiting) return Taken(waiting, endsInARow: 0);
        if (_ends.Take(now, ref nextAt) is { } ending) return Taken(ending, _endsInARow + 1);
        return _justInCase.Take(now, ref nextAt) is { } other ? Taken(other, endsInARow: 0) : null;
    }

    /// <summary>More is known than when the looks were planned.</summary>
    public void PlanAgain(Func<WatchedJob, NextLook> plan)
    {
        WatchedJob[] jobs = [.. _ends.Clear().Concat(_justInCase.Clear()).Distinct()];
        foreach (var job in jobs)
        {
            job.Plan(plan(job));
            Put(job);
        }
    }

    private WatchedJob Taken(WatchedJob job, int endsInARow)
    {
        _endsInARow = endsInARow;
        return job;
    }
}
