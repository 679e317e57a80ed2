using System.Globalization;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>Reads OTLP requests, as far as tests look at them. Field numbers are of opentelemetry-proto 1.x.</summary>
internal static class Otlp
{
    public static IEnumerable<Span> Spans(Protobuf request) =>
        from resource in request.Messages(1)
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new Span(
            scope.Messages(1).First().Text(1), span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), Attributes(span.Messages(9)))
        {
            Service = Attributes(resource.Messages(1).First().Messages(1)).GetValueOrDefault("service.name"),
            Duration = TimeSpan.FromTicks((long)(span.Number(8) - span.Number(7)) / 100),
        };

    public static IEnumerable<Metric> Metrics(Protobuf request) =>
        from resource in request.Messages(1)
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        select new Metric(scope.Messages(1).First().Text(1), metric.Text(1), metric.Text(3), TagsOf(metric));

    public static IEnumerable<LogRecord> Logs(Protobuf request) =>
        from resource in request.Messages(1)
        from scope in resource.Messages(2)
        from record in scope.Messages(2)
        select new LogRecord(
            scope.Messages(1).First().Text(1), record.Messages(5).First().Text(1), record.Hex(9), Attributes(record.Messages(6)));

    /// <summary>Gauge, sum and histogram have their points in the field 1; a point's attributes are 7, or 9 in
    /// histograms.</summary>
    private static List<Dictionary<string, string>> TagsOf(Protobuf metric) =>
    [
        .. from data in metric.Messages(5).Concat(metric.Messages(7))
           from point in data.Messages(1)
           select Attributes(point.Messages(7)),
        .. from data in metric.Messages(9)
           from point in data.Messages(1)
           select Attributes(point.Messages(9)),
    ];

    private static Dictionary<string, string> Attributes(IEnumerable<Protobuf> pairs)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var value = pair.Messages(2).First();
            attributes[pair.Text(1)] = value.Has(1)
                ? value.Text(1)
                : value.Number(value.Has(3) ? 3 : 2).ToString(CultureInfo.InvariantCulture);
        }

        return attributes;
    }
}

internal sealed record Span(
    string Scope, string Name, string TraceId, string Id, string ParentId, IReadOnlyDictionary<string, string> Tags)
{
    public string? Service { get; init; }

    public TimeSpan Duration { get; init; }

    public override string ToString() => $"{Scope} {Name} {TraceId}/{Id}<{ParentId}";
}

internal sealed record Metric(string Scope, string Name, string Unit, IReadOnlyList<Dictionary<string, string>> Tags);

internal sealed record LogRecord(string Category, string Body, string TraceId, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The body is the message, or its template with the message beside it.</summary>
    public bool Says(string text) =>
        Body.Contains(text, StringComparison.Ordinal) || Fields.Values.Any(field => field.Contains(text, StringComparison.Ordinal));
}
