using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Serverless.Benchmarks.Work;

/// <summary>The work behind every activity, the same with and without an engine.</summary>
internal abstract class Workload : IAsyncDisposable
{
    /// <summary><c>noop</c> or <c>http</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How long the other side takes over a call at least.</summary>
    public virtual double DelayMs => 0;

    /// <summary>Makes what the options ask for, with a server of its own unless a URL is given.</summary>
    public static async Task<Workload> CreateAsync(Arguments arguments)
    {
        var name = arguments.OneOf("work", "noop", "http");
        var url = arguments.Url("url");
        var delayMs = arguments.Decimal("delay-ms", 0);
        if (name == "noop") return new NoWork();
        var stub = url is null ? await StubProcess.StartAsync(TimeSpan.FromMilliseconds(delayMs)) : null;
        return new HttpWork(url ?? stub!.Url, stub, delayMs);
    }

    /// <summary>One call, as an activity makes it.</summary>
    public abstract Task<WorkResult> RunAsync(int i, CancellationToken cancellationToken);

    /// <summary>One call whose answer is wanted as it is.</summary>
    public abstract Task<byte[]> RunRawAsync(int i, CancellationToken cancellationToken);

    /// <summary>How many calls were really made, as the other side counts them; null when it does not.</summary>
    public virtual Task<long?> CountAsync() => Task.FromResult<long?>(null);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Returns at once.</summary>
internal sealed class NoWork : Workload
{
    public override string Name => "noop";

    public override Task<WorkResult> RunAsync(int i, CancellationToken cancellationToken) =>
        Task.FromResult(new WorkResult(true, i));

    public override Task<byte[]> RunRawAsync(int i, CancellationToken cancellationToken) =>
        Task.FromResult(JsonSerializer.SerializeToUtf8Bytes(new WorkResult(true, i), WorkJson.Default.WorkResult));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Posts to a server that answers with the number it was given.</summary>
internal sealed class HttpWork : Workload
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _client;
    private readonly StubProcess? _stub;

    public HttpWork(Uri url, StubProcess? stub, double delayMs)
    {
        DelayMs = delayMs;
        _stub = stub;
        var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 };
        _client = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
    }

    public override string Name => "http";

    public override double DelayMs { get; }

    public override async Task<WorkResult> RunAsync(int i, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await RunRawAsync(i, cancellationToken), WorkJson.Default.WorkResult)!;

    public override async Task<byte[]> RunRawAsync(int i, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(Encoding.ASCII.GetBytes($"{{\"i\":{i}}}"));
        body.Headers.ContentType = Json;
        using var answer = await _client.PostAsync("/run", body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public override async Task<long?> CountAsync() => _stub is null
        ? null
        : JsonSerializer.Deserialize(await _client.GetByteArrayAsync(StubServer.CountPath), WorkJson.Default.Int64);

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_stub is not null) await _stub.DisposeAsync();
    }
}
