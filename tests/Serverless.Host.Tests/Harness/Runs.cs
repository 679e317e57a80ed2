using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Harness;

/// <summary>Runs over the harness's parts, without the HTTP API that other tests are about.</summary>
internal static class Runs
{
    /// <summary>Starts a run over fp-0, fp-1 and so on.</summary>
    public static async Task StartRunAsync(
        this HostHarness host, string id, int count, int workers = 4, int chunkSize = 1, int maxAttempts = 1,
        double pollSeconds = 0.02)
    {
        var lines = Enumerable.Range(0, count).Select(i => $$"""{"id":"fp-{{i}}","title":"Title {{i}}"}""");
        var list = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var manifest = await RunStore.MeasureAsync(FlashpointReader.ReadAsync(new MemoryStream(list), default), default);
        var input = new RunInput
        {
            RunId = id,
            Date = "2025-01-01",
            Trigger = "manual",
            Workers = workers,
            Backend = host.Backend.Address,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            ChunkSize = chunkSize,
            MaxAttempts = maxAttempts,
            PollSeconds = pollSeconds,
        };
        await host.Parts.Control.StartAsync(input, manifest, FlashpointReader.ReadAsync(new MemoryStream(list), default), default)
            .WaitAsync(HostHarness.Patience);
    }
}

/// <summary>Jobs that a worker holds until the test lets their chunks go.</summary>
internal sealed class HeldJobs
{
    private volatile int _released;

    /// <summary>Chunks below this are done at the next look.</summary>
    public void ReleaseBelow(int chunk) => _released = chunk;

    public void ReleaseAll() => ReleaseBelow(int.MaxValue);

    public JobScript Script(ScriptedJob job) => JobScript.Of(_ => job.Chunk < _released ? Look.Completed(job) : Look.Running(job));
}
