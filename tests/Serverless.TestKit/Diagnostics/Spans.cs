using System.Collections.Concurrent;
using System.Diagnostics;

namespace Serverless.TestKit.Diagnostics;

/// <summary>Keeps the spans of a trace that are meant to be sent.</summary>
public sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="traceId">The trace; what other tests do is not of it.</param>
    public Spans(ActivityTraceId traceId)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith("Serverless.", StringComparison.Ordinal),
            Sample = (ref options) => options.Parent.TraceId == traceId
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == traceId && span.Recorded) _ended.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those that have ended.</summary>
    public IReadOnlyCollection<Activity> Ended => _ended;

    /// <summary>Those of a name.</summary>
    public IReadOnlyList<Activity> Of(string name) => [.. _ended.Where(span => span.DisplayName == name)];

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
