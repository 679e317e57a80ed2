using System.Net;
using System.Text;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Serve;

/// <summary>The largest body, and the results of as many flashpoints: memory must not grow with either.</summary>
internal static class LargeBodyBenchmark
{
    private const int ChunkSize = 10_000;

    /// <summary>Fingerprints of a million ids take about 40 MiB, and twice that while they are moved.</summary>
    private const double AllowedPostMb = 250;

    private const double AllowedReadMb = 32;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Arguments arguments)
    {
        var flashpoints = arguments.Number("flashpoints", 1_000_000);
        var textBytes = arguments.Number("text-bytes", 5);
        arguments.RefuseOthers();
        using var host = await ServedHost.StartAsync(workersMax: 8, pollSeconds: 1);
        var before = host.MemoryMb;
        var (postMs, bytes) = await PostAsync(host, flashpoints, textBytes);
        ReportStep(host, "post", flashpoints, postMs, bytes, before, AllowedPostMb);
        var run = await host.EndOfAsync("large", LookInterval);
        if (run.GetProperty("done").GetInt32() != flashpoints) throw new WrongResultException($"The run ended as {run}");
        foreach (var format in new[] { "json", "jsonl", "csv" })
        {
            host.ResetPeak();
            before = host.MemoryMb;
            var (readMs, lines, length) = await ReadAsync(host, format);
            if (lines < flashpoints) throw new WrongResultException($"{flashpoints} results were due as {format}; {lines} lines came.");
            ReportStep(host, format, flashpoints, readMs, length, before, AllowedReadMb);
        }
    }

    private static async Task<(double Ms, long Bytes)> PostAsync(ServedHost host, int flashpoints, int textBytes)
    {
        host.ResetPeak();
        var meter = new Meter();
        using var body = new GeneratedBody(flashpoints, textBytes);
        using var answer = await host.Http.PostAsync(new Uri("/api/runs", UriKind.Relative), body);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new WrongResultException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return (meter.ElapsedMs, body.Written);
    }

    private static async Task<(double Ms, int Lines, long Bytes)> ReadAsync(ServedHost host, string format)
    {
        var meter = new Meter();
        var path = new Uri($"/api/runs/large/results?format={format}", UriKind.Relative);
        using var answer = await host.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var source = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        var (lines, bytes) = (0, 0L);
        while (await source.ReadAsync(buffer) is var read and > 0)
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            bytes += read;
        }

        return (meter.ElapsedMs, lines, bytes);
    }

    private static void ReportStep(ServedHost host, string step, int flashpoints, double wallMs, long bytes, double before, double allowed)
    {
        var cost = host.Read(wallMs);
        Report.Line(
            "fanout", "serve-large", flashpoints, step, cost,
            ("body_mb", Report.Round(bytes / 1024.0 / 1024.0)), ("rss_before_mb", Report.Round(before)));
        Report.Goal($"{flashpoints} flashpoints, {step}: memory that the service takes more, MiB", cost.RssMb - before, allowed);
    }

    /// <summary>A body that is made as it goes out.</summary>
    private sealed class GeneratedBody : HttpContent
    {
        private const int BlockLength = 64 * 1024;

        private readonly int _flashpoints;
        private readonly string _text;

        public GeneratedBody(int flashpoints, int textBytes)
        {
            (_flashpoints, _text) = (flashpoints, new string('r', textBytes));
            Headers.ContentType = new("application/json");
        }

        public long Written { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chunkSize = Math.Clamp(_flashpoints / 10, 1, ChunkSize);
            await WriteAsync(stream, $$"""{"run_id":"large","workers":8,"options":{"chunk_size":{{chunkSize}}},"flashpoints":[""");
            var block = new StringBuilder();
            for (var i = 0; i < _flashpoints; i++)
            {
                block.Append(i == 0 ? "" : ",");
                block.Append($$"""{"id":"fp-{{i}}","title":"Flood on the lower Marle","feeds":[{"text":"{{_text}}"}]}""");
                if (block.Length < BlockLength && i != _flashpoints - 1) continue;
                await WriteAsync(stream, block.ToString());
                block.Clear();
            }

            await WriteAsync(stream, "]}");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private async Task WriteAsync(Stream stream, string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Written += bytes.Length;
            await stream.WriteAsync(bytes);
        }
    }
}
