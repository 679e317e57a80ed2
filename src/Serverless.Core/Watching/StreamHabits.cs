using System.Collections.Concurrent;

namespace Serverless.Core.Watching;

/// <summary>
/// Which backends' handlers stream. A question is held for a second when there is nothing to tell, and costs a call. So a few
/// jobs are asked first; all are once one of them has had a part, and none but one in twenty when five of them have completed
/// without: the handler may be replaced.
/// </summary>
internal sealed class StreamHabits
{
    private const int JobsUntilSilent = 5;
    private const uint OneIn = 20;

    /// <summary>Asked jobs that are remembered: more than there can be at once.</summary>
    private const int MaxAsked = 20_000;

    /// <summary>Drains on their way at once. Each may be held by RunPod for a second, and it holds a slot of the engine for as
    /// long: the others are for ends.</summary>
    public const int MaxDrainsAtOnce = 64;

    /// <summary>Jobs that are asked while nothing is known.</summary>
    private const int MaxProbes = 32;

    private readonly ConcurrentDictionary<string, bool> _streams = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _silent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private int _drains;

    /// <summary>Whether a job is worth asking for parts.</summary>
    public bool MayStream(string backend, string jobId)
    {
        if (StableHash(jobId) % OneIn == 0) return true;
        if (IsKnown(backend)) return !IsSilent(backend);
        return _asked.ContainsKey(jobId) || _asked.Count < MaxProbes;
    }

    /// <summary>Whether it has been seen whether its handlers stream.</summary>
    public bool IsKnown(string backend) => _streams.ContainsKey(backend) || IsSilent(backend);

    /// <summary>Takes the right to ask. False: not now, the parts come with a later look.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _drains) <= MaxDrainsAtOnce) return true;
        Interlocked.Decrement(ref _drains);
        return false;
    }

    /// <summary>Gives it back.</summary>
    public void End() => Interlocked.Decrement(ref _drains);

    /// <summary>A job was asked.</summary>
    public void Asked(string backend, string jobId, int parts)
    {
        if (parts > 0)
        {
            _silent[backend] = 0;
            _streams[backend] = true;
        }
        else if (_asked.Count < MaxAsked) _asked[jobId] = true;
    }

    /// <summary>A job has ended.</summary>
    public void Ended(string backend, string jobId, bool completed)
    {
        if (_asked.TryRemove(jobId, out _) && completed) _silent.AddOrUpdate(backend, 1, static (_, jobs) => jobs + 1);
    }

    private bool IsSilent(string backend) => _silent.GetValueOrDefault(backend) >= JobsUntilSilent;

    private static uint StableHash(string text)
    {
        var hash = 2166136261;
        foreach (var character in text) hash = (hash ^ character) * 16777619;
        return hash;
    }
}
