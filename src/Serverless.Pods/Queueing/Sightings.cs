using Serverless.Protocol;

namespace Serverless.Pods.Queueing;

/// <summary>When this process has seen which pod, by a clock that nobody sets. Touched by the queue's writer alone.</summary>
/// <param name="time">The clock.</param>
internal sealed class Sightings(TimeProvider time)
{
    /// <summary>Less than this is not written: a pod that sends many results in a second is seen with each of them.</summary>
    private static readonly TimeSpan LeastStay = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Sighting> _pods = new(StringComparer.Ordinal);

    /// <summary>The last process has seen a pod shortly before it ended.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="seenAt">When, by the clock that nobody sets.</param>
    /// <param name="facts">What it said of itself.</param>
    public void Remember(string pod, long seenAt, PodFacts facts) =>
        _pods[pod] = new Sighting { SeenAt = seenAt, CountedTo = null, Facts = facts };

    /// <summary>A pod is there.</summary>
    /// <returns>How long it has been there since that was last said: nothing when it was silent for longer than a pod that is
    /// online, or seen by another process last.</returns>
    public TimeSpan See(string pod, PodFacts? facts)
    {
        var now = time.GetTimestamp();
        if (!_pods.TryGetValue(pod, out var known))
        {
            _pods.Add(pod, new Sighting { SeenAt = now, CountedTo = now, Facts = facts });
            return TimeSpan.Zero;
        }

        known.Facts = facts ?? known.Facts;
        var isBroken = known.CountedTo is null || time.GetElapsedTime(known.SeenAt, now) > WorkLimits.OfflineAfter;
        known.SeenAt = now;
        if (isBroken) known.CountedTo = now;
        var stay = time.GetElapsedTime(known.CountedTo!.Value, now);
        if (stay < LeastStay) return TimeSpan.Zero;
        known.CountedTo = now;
        return stay;
    }

    /// <summary>How long a pod has been silent; null when neither this process has seen it nor the last one shortly before.</summary>
    public TimeSpan? SilenceOf(string pod) =>
        _pods.TryGetValue(pod, out var known) ? time.GetElapsedTime(known.SeenAt) : null;

    /// <summary>Whether its provider may take it, as far as it says.</summary>
    public bool IsInterruptible(string pod) => !_pods.TryGetValue(pod, out var known) || known.Facts?.Interruptible != false;

    /// <summary>Whether it takes nothing more, as it says itself.</summary>
    public bool IsClosing(string pod) =>
        _pods.TryGetValue(pod, out var known) && known.Facts?.State is PodState.Draining or PodState.Stopping;

    /// <summary>Forgets the pods that have been silent for long.</summary>
    public void Forget(TimeSpan silence)
    {
        foreach (var (pod, known) in _pods.ToList())
        {
            if (time.GetElapsedTime(known.SeenAt) > silence) _pods.Remove(pod);
        }
    }

    private sealed class Sighting
    {
        public required long SeenAt { get; set; }

        /// <summary>Up to when its stay is in the file; null when another process may have been at work on that.</summary>
        public required long? CountedTo { get; set; }

        public required PodFacts? Facts { get; set; }
    }
}
