using System.Diagnostics.Metrics;
using Serverless.Engine.Runtime;

namespace Serverless.Engine;

/// <summary>What an engine measures. Its meter is its own, so that gauges go with the engine.</summary>
internal sealed class EngineInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Serverless.Engine";

    private readonly Meter _meter = new(MeterName);
    private readonly TimeProvider _time;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _commitSize;

    public EngineInstruments(TimeProvider time)
    {
        _time = time;
        _commitDuration = _meter.CreateHistogram(
            "durable.commit.duration", "s", "How long a transaction took, fsync included.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
            });
        _commitSize = _meter.CreateHistogram(
            "durable.commit.writes", "{write}", "How many changes shared a transaction.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096] });
    }

    /// <summary>Adds the gauges, which ask the parts when somebody looks.</summary>
    public void Watch(EngineCore engine)
    {
        _meter.CreateObservableUpDownCounter(
            "durable.writes.queued", () => engine.Commits.Queued, "{write}", "Changes that wait for a commit.");
        _meter.CreateObservableUpDownCounter(
            "durable.activities.waiting", () => engine.Activities.Waiting, "{activity}", "Activities that wait for a slot.");
        _meter.CreateObservableUpDownCounter(
            "durable.activities.running", () => engine.Activities.Running, "{activity}", "Activities that hold a slot.");
        _meter.CreateObservableUpDownCounter(
            "durable.instances.loaded", () => engine.Instances.Count, "{instance}", "Instances in memory.");
    }

    /// <summary>When a commit begins; 0 when nobody wants to know how long it takes.</summary>
    public long BeginCommit() => _commitDuration.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>A commit is on the disk.</summary>
    public void EndCommit(long begunAt, int writes)
    {
        if (begunAt != 0) _commitDuration.Record(_time.GetElapsedTime(begunAt).TotalSeconds);
        _commitSize.Record(writes);
    }

    public void Dispose() => _meter.Dispose();
}
