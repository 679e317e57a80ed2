using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Serverless.TestKit.Diagnostics;

/// <summary>Keeps what a meter measures, as "name value tag=value". Meters are the whole process's, so tests that use this
/// run alone: see <see cref="Alone"/>.</summary>
public sealed class Measurements : IDisposable
{
    /// <summary>The name of the collection of tests that do not run beside others.</summary>
    public const string Alone = "Measures alone";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measurement> _all = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meter">The meter's name.</param>
    public Measurements(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything so far.</summary>
    public IReadOnlyCollection<Measurement> All => _all;

    /// <summary>The measurements of an instrument, by their tags.</summary>
    public IReadOnlyList<(string Tags, double Value)> Of(string instrument) =>
        [.. _all.Where(one => one.Instrument == instrument).Select(one => (one.Tags, one.Value))];

    /// <summary>Asks the gauges.</summary>
    public void AskGauges() => _listener.RecordObservableInstruments();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var words = tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}");
        _all.Enqueue(new Measurement(instrument.Name, value, string.Join(' ', words)));
    }
}

/// <summary>One measurement.</summary>
/// <param name="Instrument">What was measured.</param>
/// <param name="Value">The value.</param>
/// <param name="Tags">Its tags, as "name=value" with spaces between them.</param>
public sealed record Measurement(string Instrument, double Value, string Tags);
