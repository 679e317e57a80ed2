using System.Text.Json;
using Microsoft.Data.Sqlite;
using Serverless.Pods.Storage;
using Serverless.Protocol;

namespace Serverless.Pods.Queueing;

/// <summary>The queue as its one writer sees it: the statements, and what is remembered beside the file. Touched by that thread
/// alone, but for the counts.</summary>
internal sealed class QueueBook : IDisposable
{
    /// <summary>Maps of inputs that are kept; more than pods hold at once is of no use.</summary>
    private const int MaxMaps = 1_000;

    private readonly TimeProvider _time;
    private readonly Dictionary<long, long> _heard = [];
    private readonly Dictionary<long, JobFlashpoints> _maps = [];
    private int _queued;
    private int _closings;

    public QueueBook(SqliteConnection connection, QueueOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
        Jobs = new JobStatements(connection);
        Pods = new PodStatements(connection);
        Sightings = new Sightings(time);
        _queued = (int)(long)Jobs.CountQueued.Scalar()!;
        using var running = Jobs.Running.Query();
        while (running.Read()) _heard.Add(running.GetInt64(0), HeardAgo(running.IsDBNull(1) ? 0 : running.GetInt64(1)));
        RememberSightings();
    }

    public QueueOptions Options { get; }

    public JobStatements Jobs { get; }

    public PodStatements Pods { get; }

    public Sightings Sightings { get; }

    /// <summary>Milliseconds since 1970 UTC.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How many jobs wait, as of the last change. For any thread.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>The jobs that are lent, and how long their holders have been silent. By a clock that nobody sets: a lease does not
    /// run out because the machine's time was put right.</summary>
    public IEnumerable<(long Key, TimeSpan Silence)> Lent => _heard.Select(job => (job.Key, _time.GetElapsedTime(job.Value)));

    /// <summary>How often a pod has come to take nothing more, as of the last change. For any thread.</summary>
    public int Closings => Volatile.Read(ref _closings);

    /// <summary>A pod takes nothing more. Its call that waits for work is to be answered.</summary>
    public void CountClosing() => Interlocked.Increment(ref _closings);

    public void CountQueued(int change) => Interlocked.Add(ref _queued, change);

    /// <summary>A job's lease begins anew.</summary>
    public void Hear(long key) => _heard[key] = _time.GetTimestamp();

    /// <summary>A job is lent no more.</summary>
    public void Forget(long key) => _heard.Remove(key);

    /// <summary>A job has ended.</summary>
    public void ForgetMap(long key) => _maps.Remove(key);

    /// <summary>Where the flashpoints stand in a job's input.</summary>
    public JobFlashpoints MapOf(long key)
    {
        if (_maps.TryGetValue(key, out var known)) return known;
        if (_maps.Count >= MaxMaps) _maps.Clear();
        return _maps[key] = JobFlashpoints.Read(InputOf(key));
    }

    public byte[] InputOf(long key) => (byte[])Jobs.ReadInput.Scalar(key)!;

    public JobRow? Find(string id)
    {
        using var rows = Jobs.Find.Query(id);
        return rows.Read() ? JobRow.Read(rows) : null;
    }

    public JobRow? Find(long key)
    {
        using var rows = Jobs.FindByKey.Query(key);
        return rows.Read() ? JobRow.Read(rows) : null;
    }

    public List<JobRow> HeldBy(string pod)
    {
        using var rows = Jobs.HeldBy.Query(pod);
        return ReadAll(rows);
    }

    public List<JobRow> Next(int count)
    {
        using var rows = Jobs.Next.Query(count);
        return ReadAll(rows);
    }

    /// <summary>The flashpoints of a job with a result, up to a certain one.</summary>
    public HashSet<int> AnsweredOf(long key, long upToSeq = long.MaxValue)
    {
        using var rows = Jobs.ResultOrdinals.Query(key, upToSeq);
        var ordinals = new HashSet<int>();
        while (rows.Read()) ordinals.Add(rows.GetInt32(0));
        return ordinals;
    }

    public void Note(string pod, Protocol.Hosting.PodEventKind kind, string? job, string? text) =>
        Pods.AddEvent.Execute(Now, pod, (int)kind, job, text);

    /// <summary>How long a job has been held by its present holder.</summary>
    public long HeldBy(JobRow job) =>
        job is { State: WorkState.Running, GrantedAt: { } since } ? Math.Max(0, Now - since) : 0;

    public void Dispose()
    {
        Jobs.Dispose();
        Pods.Dispose();
    }

    /// <summary>Pods that the last process saw shortly before it ended. Of the others nobody knows when they went.</summary>
    private void RememberSightings()
    {
        using var pods = Pods.SeenAfter.Query(Now - (long)WorkLimits.OfflineAfter.TotalMilliseconds);
        while (pods.Read())
        {
            var facts = JsonSerializer.Deserialize(pods.GetFieldValue<byte[]>(2), WorkJson.Default.PodFacts)!;
            Sightings.Remember(pods.GetString(0), HeardAgo(pods.GetInt64(1)), facts);
        }
    }

    /// <summary>The monotonic time at which somebody was heard of by the clock on the wall. One that was set back since counts as
    /// now.</summary>
    private long HeardAgo(long heardAt)
    {
        var silence = TimeSpan.FromMilliseconds(Math.Max(0, Now - heardAt));
        return _time.GetTimestamp() - (long)(silence.TotalSeconds * _time.TimestampFrequency);
    }

    private static List<JobRow> ReadAll(SqliteDataReader rows)
    {
        var jobs = new List<JobRow>();
        while (rows.Read()) jobs.Add(JobRow.Read(rows));
        return jobs;
    }
}
