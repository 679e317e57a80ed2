namespace Serverless.Emulator.Jobs;

/// <summary>How many jobs stand where, and ever got there. Kept as they move, so that asking is free.</summary>
internal sealed class JobTally
{
    private readonly int[] _current = new int[Enum.GetValues<JobStatus>().Length];
    private readonly long[] _total = new long[Enum.GetValues<JobStatus>().Length];

    /// <summary>How often a job was dispatched again after its worker was lost.</summary>
    public long Redispatched { get; set; }

    public int Current(JobStatus status) => _current[(int)status];

    public long Total(JobStatus status) => _total[(int)status];

    public void Enter(JobStatus status)
    {
        _current[(int)status]++;
        _total[(int)status]++;
    }

    public void Leave(JobStatus status) => _current[(int)status]--;
}
