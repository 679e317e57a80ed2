using System.Text.Json;

namespace Serverless.Benchmarks.Work;

/// <summary>Asks the stub server what it has seen.</summary>
internal sealed class StubClient(Uri url) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url };

    /// <summary>How many calls there were.</summary>
    public async Task<long> CountAsync() =>
        JsonSerializer.Deserialize(await _client.GetByteArrayAsync(StubServer.CountPath), WorkJson.Default.Int64);

    /// <summary>The number of each call, in order.</summary>
    public async Task<int[]> CallsAsync() =>
        JsonSerializer.Deserialize(await _client.GetByteArrayAsync(StubServer.CallsPath), WorkJson.Default.Int32Array)!;

    public void Dispose() => _client.Dispose();
}
