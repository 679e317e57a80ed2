using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>An OTLP collector on this machine that keeps what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<Span> _spans = [];
    private readonly List<Metric> _metrics = [];
    private readonly List<LogRecord> _logs = [];
    private readonly MemoryStream _everything = new();
    private readonly WebApplication _app;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Collector(WebApplication app) => _app = app;

    public IReadOnlyList<Span> Spans
    {
        get
        {
            lock (_gate) return [.. _spans];
        }
    }

    public IReadOnlyList<Metric> Metrics
    {
        get
        {
            lock (_gate) return [.. _metrics];
        }
    }

    public IReadOnlyList<LogRecord> Logs
    {
        get
        {
            lock (_gate) return [.. _logs];
        }
    }

    /// <summary>All that it was sent, as text: good for looking for a text in it.</summary>
    public string Everything
    {
        get
        {
            lock (_gate) return Encoding.UTF8.GetString(_everything.ToArray());
        }
    }

    /// <summary>What makes a process send here, at once.</summary>
    public (string Name, string Value)[] Environment =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"), ("OTEL_BLRP_SCHEDULE_DELAY", "20"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
    ];

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/v1/{kind}", collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    /// <summary>Waits until something was sent.</summary>
    public async Task WhenAsync(Func<Collector, bool> isThere, string what)
    {
        var late = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            Task changed;
            lock (_gate) changed = _changed.Task;
            if (isThere(this)) return;
            var left = late - DateTimeOffset.UtcNow;
            if (left < TimeSpan.Zero) throw new TimeoutException($"Not sent: {what}. Spans: {string.Join("; ", Spans)}");
            await Task.WhenAny(changed, Task.Delay(left, TimeProvider.System));
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(string kind, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var message = new Protobuf(body.ToArray());
        lock (_gate)
        {
            body.WriteTo(_everything);
            switch (kind)
            {
                case "traces":
                    _spans.AddRange(Otlp.Spans(message));
                    break;
                case "metrics":
                    _metrics.AddRange(Otlp.Metrics(message));
                    break;
                case "logs":
                    _logs.AddRange(Otlp.Logs(message));
                    break;
                default:
                    return TypedResults.NotFound();
            }

            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return TypedResults.Bytes([], "application/x-protobuf");
    }
}
